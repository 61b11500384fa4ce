package inventory

// The parts of the starter that do not depend on providers.
const starterHead = `# The inventory: which credentials there are, where they live, how old they may
# grow, and who uses them. A line that begins with "#" and no space is an example:
# take the "#" away and put your own values in. Then run
#
#   rotadeck inventory check
#
# Durations are "10s", "1h30m", "90d" or "2w". Paths are relative to this file.
# Secrets never stand here; where one is needed, write where it is:
#   env:NAME               an environment variable
#   file:PATH              a file that only its owner can read
#   store:NAME/KEY         the password of a credential in a store below
#   store:NAME/KEY/FIELD   another field of it
#   cmd:COMMAND LINE       what a command prints

# The record of all runs: a file, or for operators on several hosts a database,
# such as journal = "postgres://rotadeck@db.example/rotadeck?sslmode=verify-full"
# with journal_password = "file:journal-password"
#journal = "journal.db"

# What a credential gets when it does not say otherwise.
[defaults]
environment = "staging"
#owner = "team-platform"

# How old credentials may grow and how a rotation behaves. The policy of a kind,
# of an environment and of a credential go before this one, in that order.
[defaults.policy]
#max_age = "90d"        # since the last rotation; the built-in value depends on the kind
#warn_before = "15d"    # "soon" when this much is left; follows from max_age when not set
#alert_before = "7d"    # "due" when this much is left; follows from max_age when not set
#grace = "10m"          # old and new credential stay valid together this long
#quiet = "10s"          # the old one counts as unused after this long without a session
#verify_within = "2m"   # how long consumers may take before rotadeck asks what to do
#rollback_window = "1d" # how long the old one can be enabled again after it was retired
#keep_versions = 3      # archived versions kept in the store
#probe_timeout = "5s"   # for each login or handshake
#change_timeout = "30s" # for each change at a server

# The same keys for one kind of credential. The kinds: database-password, api-key,
# service-account-token, tls-certificate, ssh-key, encryption-key.
#[policy.service-account-token]
#max_age = "24h"

# Environments. In a protected one, a change needs the credential's name typed.
[environments.production]
word = "PROD"
accent = "#d03030"
protected = true

[environments.staging]
word = "STAGE"
accent = "#3070c0"

#[environments.staging.policy]
#grace = "30s"
`

const starterCredentials = `
# Credentials. Each one has a target, the system that it opens; this is one example
# for each kind of target.
`
