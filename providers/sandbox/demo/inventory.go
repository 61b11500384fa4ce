package demo

import (
	"bytes"
	"fmt"
	"os"
	"text/template"

	"github.com/rotadeck/rotadeck/providers/sandbox"
)

// facts is what the inventory's template needs to know of the sandbox.
type facts struct {
	Host    string
	Port    int
	Admin   string
	MariaDB *sandbox.MariaDB
	MTLS    string            // address of the mTLS server
	WWW     string            // address of the server with a sound certificate
	Partner string            // address of the server with an expired one
	Service map[string]string // address by credential
	Entries []entryView
}

// entryView is an entry with its target's settings spelled out.
type entryView struct {
	ID, Kind, Environment, Owner, Tags, Target, Runbook, User, Consumer string
}

const inventoryTemplate = `# The inventory of the demo. Everything in it runs on this machine and is
# removed when the demo ends.
journal = "journal.db"

[defaults]
store = "mounts"

[defaults.policy]
grace = "10s"
quiet = "2s"
verify_within = "20s"

[environments.production]
word = "PROD"
accent = "#d7005f"
protected = true

[environments.staging]
word = "STAGE"
accent = "#0087af"

[[stores]]
name = "mounts"
provider = "file"
path = "mounts"
{{range $id, $address := .Service}}
[[consumers]]
name = "{{$id}}-service"
provider = "http"
url = "http://{{$address}}/reload"
status_url = "http://{{$address}}/status"
{{end}}
{{- range .Entries}}
[[credentials]]
id = "{{.ID}}"
kind = "{{.Kind}}"
environment = "{{.Environment}}"
owner = "{{.Owner}}"
tags = [{{.Tags}}]
{{- with .Runbook}}
runbook = "{{.}}"
{{- end}}
{{- with .Consumer}}
consumers = ["{{.}}"]
{{- end}}
{{- if or (eq .Target "www") (eq .Target "partner")}}
store = ""
{{- end}}
[credentials.target]
{{- if eq .Target "postgres"}}
provider = "postgres"
host = "{{$.Host}}"
port = {{$.Port}}
database = "shop"
sslmode = "disable" # loopback
admin_user = "{{$.Admin}}"
admin_password = "file:admin-password"
users = ["{{.User}}_a", "{{.User}}_b"]
grants = [
  "CONNECT ON DATABASE shop",
  "USAGE ON SCHEMA public",
  "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
  "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
]
{{- else if eq .Target "mysql"}}
provider = "mysql"
host = "{{$.MariaDB.Host}}"
port = {{$.MariaDB.Port}}
database = "shop"
sslmode = "disable" # loopback
admin_user = "{{$.MariaDB.Admin}}"
admin_password = "file:mariadb-password"
users = ["{{.User}}_a", "{{.User}}_b"]
grants = ["SELECT, INSERT, DELETE ON shop.*"]
{{- else if eq .Target "localca"}}
provider = "localca"
ca_cert = "ca/ca.crt"
ca_key = "ca/ca.key"
crl = "ca/crl.pem"
common_name = "{{.ID}}"
organization = "Example"
dns_names = ["{{.ID}}.example.com"]
endpoints = ["{{$.MTLS}}"]
server_name = "localhost"
{{- else if eq .Target "www"}}
provider = "certificate"
address = "{{$.WWW}}"
server_name = "localhost"
ca = "ca/ca.crt"
{{- else if eq .Target "partner"}}
provider = "certificate"
address = "{{$.Partner}}"
server_name = "localhost"
ca = "ca/ca.crt"
{{- else}}
provider = "manual"
instructions = "rotate it in the provider's own console, then store the new value"
{{- end}}
{{end}}`

// writeInventory writes the inventory to path.
func writeInventory(path string, f facts) error {
	t, err := template.New("inventory").Parse(inventoryTemplate)
	if err != nil {
		return fmt.Errorf("inventory template: %w", err)
	}
	var text bytes.Buffer
	if err := t.Execute(&text, f); err != nil {
		return fmt.Errorf("inventory template: %w", err)
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}
