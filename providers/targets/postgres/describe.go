package postgres

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/internal/settingcheck"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// Names of the settings.
const (
	settingHost              = "host"
	settingPort              = "port"
	settingDatabase          = "database"
	settingSSLMode           = "sslmode"
	settingSSLRootCert       = "sslrootcert"
	settingAdminUser         = "admin_user"
	settingAdminPassword     = "admin_password"
	settingUsers             = "users"
	settingGrants            = "grants"
	settingDefaultPrivileges = "default_privileges"
	settingMemberOf          = "member_of"
	settingOwnerRole         = "owner_role"
	settingEndpoints         = "endpoints"
	settingReplicas          = "replicas"
	settingPgBouncer         = "pgbouncer"
	settingPgBouncerSSLMode  = "pgbouncer_sslmode"
	settingPgBouncerUser     = "pgbouncer_admin_user"
	settingPgBouncerPassword = "pgbouncer_admin_password"
	settingPgBouncerUserlist = "pgbouncer_userlist"
	settingPasswordLength    = "password_length"
)

const (
	defaultPort           = 5432
	defaultPasswordLength = 32 // 190 bits
	minPasswordLength     = 16 // 95 bits: out of reach of offline guessing
	maxPasswordLength     = 256
	maxNameLength         = 63 // bytes; PostgreSQL cuts longer names silently (NAMEDATALEN)
)

// Describe tells what the target "postgres" understands.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleTarget, Name: "postgres",
		Doc: "a PostgreSQL login, rotated between two fixed users",
		Settings: []engine.Setting{
			{Name: settingHost, Type: engine.TypeText, Required: true, Doc: "host name or address of the primary server"},
			{Name: settingPort, Type: engine.TypeNumber, Default: defaultPort, Doc: "port of the server", Check: settingcheck.NumberIn(1, 65535)},
			{Name: settingDatabase, Type: engine.TypeText, Required: true, Doc: "database that the credential opens", Check: settingcheck.Text(checkName)},
			{
				Name: settingSSLMode, Type: engine.TypeText, Default: sslmode.VerifyFull,
				Allowed: []string{sslmode.Disable, sslmode.Require, sslmode.VerifyCA, sslmode.VerifyFull},
				Doc:     "how TLS is used, as in libpq; there is no silent fall back",
			},
			{Name: settingSSLRootCert, Type: engine.TypePath, Doc: "certificates that the server's must descend from; the system's when absent"},
			{Name: settingAdminUser, Type: engine.TypeText, Required: true, Doc: "role that may create and alter the two users", Check: settingcheck.Text(checkName)},
			{Name: settingAdminPassword, Type: engine.TypeSecret, Required: true, Doc: "reference to its password"},
			{Name: settingUsers, Type: engine.TypeList, Required: true, Doc: "the two users: of slot a, of slot b", Check: settingcheck.List(checkUsers)},
			{Name: settingGrants, Type: engine.TypeList, Doc: `rights of both users: "SELECT, INSERT ON ALL TABLES IN SCHEMA public"`, Check: settingcheck.Each(checkGrant)},
			{
				Name: settingDefaultPrivileges, Type: engine.TypeList, Check: settingcheck.Each(checkDefaultPrivilege),
				Doc: `rights on objects made later: "SELECT ON TABLES IN SCHEMA public FOR ROLE owner"`,
			},
			{Name: settingMemberOf, Type: engine.TypeList, Doc: "roles that both users are members of", Check: settingcheck.Each(checkName)},
			{
				Name: settingOwnerRole, Type: engine.TypeText, Check: settingcheck.Text(checkRoleName),
				Doc: "role, without a login, that both users act as: it gets the rights, and owns what they make",
			},
			{Name: settingEndpoints, Type: engine.TypeList, Doc: "further host:port where the login must work, and no more is done: a load balancer", Check: settingcheck.Each(checkEndpoint)},
			{Name: settingReplicas, Type: engine.TypeList, Doc: "host:port of each standby: sessions there are counted and ended too", Check: settingcheck.Each(checkEndpoint)},
			{Name: settingPgBouncer, Type: engine.TypeList, Doc: "host:port of each PgBouncer in front: its clients are counted", Check: settingcheck.Each(checkEndpoint)},
			{
				Name: settingPgBouncerSSLMode, Type: engine.TypeText, Doc: "how TLS is used towards PgBouncer; as sslmode when absent",
				Allowed: []string{sslmode.Disable, sslmode.Require, sslmode.VerifyCA, sslmode.VerifyFull},
			},
			{Name: settingPgBouncerUser, Type: engine.TypeText, Doc: "one of PgBouncer's admin_users", Check: settingcheck.Text(checkName)},
			{Name: settingPgBouncerPassword, Type: engine.TypeSecret, Doc: "reference to its password"},
			{Name: settingPgBouncerUserlist, Type: engine.TypePath, Doc: "PgBouncer's auth_file, to be kept in step; absent when it uses auth_query"},
			{
				Name: settingPasswordLength, Type: engine.TypeNumber, Default: defaultPasswordLength,
				Doc: "letters and digits in a password", Check: settingcheck.NumberIn(minPasswordLength, maxPasswordLength),
			},
		},
	}
}

// checkUsers wants two different names.
func checkUsers(users []string) error {
	if len(users) != 2 {
		return fmt.Errorf("exactly two users are needed, one for each slot, not %d", len(users))
	}
	for _, user := range users {
		if err := checkRoleName(user); err != nil {
			return err
		}
	}
	if users[0] == users[1] {
		return fmt.Errorf("both slots have the user %q: two are needed, so that one can serve while the other changes", users[0])
	}
	return nil
}

// checkRoleName wants a name that CREATE ROLE takes.
func checkRoleName(name string) error {
	if strings.HasPrefix(name, "pg_") || name == "public" || name == "none" {
		return fmt.Errorf("PostgreSQL reserves the name %q", name)
	}
	return checkName(name)
}

// checkOwnerRole wants another role than those that log in.
func checkOwnerRole(s engine.Settings) error {
	owner := s.Text(settingOwnerRole)
	if owner == "" {
		return nil
	}
	if slices.Contains(append(s.List(settingUsers), s.Text(settingAdminUser)), owner) {
		return fmt.Errorf("%q logs in: the owner role is a third one, which nobody logs in as", owner)
	}
	return checkRoleName(owner)
}

// checkName wants what PostgreSQL keeps unchanged as a name.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("a name is empty")
	case len(name) > maxNameLength:
		return fmt.Errorf("the name %q is longer than %d bytes", name, maxNameLength)
	case strings.ContainsRune(name, 0):
		return fmt.Errorf("the name %q has a zero byte", name)
	}
	return nil
}

func checkEndpoint(address string) error {
	_, err := parseEndpoint(address)
	return err
}
