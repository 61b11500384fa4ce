package mysql

import (
	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/settingcheck"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// Names of the settings.
const (
	settingHost           = "host"
	settingPort           = "port"
	settingDatabase       = "database"
	settingSSLMode        = "sslmode"
	settingSSLRootCert    = "sslrootcert"
	settingAdminUser      = "admin_user"
	settingAdminPassword  = "admin_password"
	settingUsers          = "users"
	settingHosts          = "hosts"
	settingAuthPlugin     = "auth_plugin"
	settingGrants         = "grants"
	settingRoles          = "roles"
	settingDualPassword   = "dual_password"
	settingReplicas       = "replicas"
	settingEndpoints      = "endpoints"
	settingPasswordLength = "password_length"
)

const (
	defaultPort           = 3306
	defaultPasswordLength = 32 // 190 bits
	minPasswordLength     = 16 // 95 bits: out of reach of offline guessing
	maxPasswordLength     = 255
)

// Describe tells what the target "mysql" understands.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleTarget, Name: "mysql",
		Doc: "a MySQL or MariaDB login, rotated between two fixed users, or two passwords of one",
		Settings: []engine.Setting{
			{Name: settingHost, Type: engine.TypeText, Required: true, Doc: "host name or address of the server that takes changes"},
			{Name: settingPort, Type: engine.TypeNumber, Default: defaultPort, Doc: "port of the server", Check: settingcheck.NumberIn(1, 65535)},
			{Name: settingDatabase, Type: engine.TypeText, Doc: "database that the credential opens; none when absent", Check: settingcheck.Text(checkDatabase)},
			{
				Name: settingSSLMode, Type: engine.TypeText, Default: sslmode.VerifyFull,
				Allowed: []string{sslmode.Disable, sslmode.Require, sslmode.VerifyCA, sslmode.VerifyFull},
				Doc:     "how TLS is used; disable only for a server on this machine, there is no silent fall back",
			},
			{Name: settingSSLRootCert, Type: engine.TypePath, Doc: "certificates that the server's must descend from; the system's when absent"},
			{Name: settingAdminUser, Type: engine.TypeText, Required: true, Doc: "user who may create and alter the two users", Check: settingcheck.Text(checkUser)},
			{Name: settingAdminPassword, Type: engine.TypeSecret, Required: true, Doc: "reference to its password"},
			{Name: settingUsers, Type: engine.TypeList, Required: true, Doc: "the two users: of slot a, of slot b; with dual_password the one user", Check: settingcheck.List(checkUsers)},
			{Name: settingHosts, Type: engine.TypeList, Default: []string{anyHost}, Doc: `hosts that each user may come from: "10.0.0.%"`, Check: settingcheck.List(checkHosts)},
			{
				Name: settingAuthPlugin, Type: engine.TypeText, Default: pluginAuto,
				Allowed: []string{pluginAuto, pluginNative, pluginCachingSHA2, pluginEd25519},
				Doc:     "how passwords are checked; auto keeps what the users have, else what the server prefers",
			},
			{
				Name: settingGrants, Type: engine.TypeList, Check: settingcheck.Each(checkWish),
				Doc: `rights of both users: "SELECT, INSERT ON shop.*"; without grants and roles, the next user gets what the other has`,
			},
			{Name: settingRoles, Type: engine.TypeList, Doc: "roles that both users have and that are on by default", Check: settingcheck.Each(checkUser)},
			{Name: settingDualPassword, Type: engine.TypeFlag, Doc: "rotate two passwords of one user; MySQL 8.0.14 or newer, not MariaDB"},
			{
				Name: settingReplicas, Type: engine.TypeList, Check: settingcheck.Each(checkEndpoint),
				Doc: "host:port of servers that follow the first: the login must work there, and sessions are counted and ended there",
			},
			{Name: settingEndpoints, Type: engine.TypeList, Doc: "further host:port where the login must work: a proxy", Check: settingcheck.Each(checkEndpoint)},
			{
				Name: settingPasswordLength, Type: engine.TypeNumber, Default: defaultPasswordLength,
				Doc: "letters and digits in a password", Check: settingcheck.NumberIn(minPasswordLength, maxPasswordLength),
			},
		},
	}
}
