package inventory_test

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

// providers are descriptions of the kind that the real ones give, so that the
// inventory is tested without them.
func providers() []engine.Provider {
	return slices.Concat(targets(), consumers(), []engine.Provider{
		{Role: engine.RoleStore, Name: "file", Doc: "a folder per credential", Settings: []engine.Setting{
			{Name: "path", Type: engine.TypePath, Required: true, Doc: "folder that holds the credentials' folders"},
		}},
		{Role: engine.RoleNotifier, Name: "webhook", Doc: "posts the summary of a run", Settings: []engine.Setting{
			{Name: "url", Type: engine.TypeSecret, Required: true, Doc: "address to post to; it often holds a token"},
			{Name: "timeout", Type: engine.TypeDuration, Default: 5 * time.Second, Doc: "limit for one post"},
		}},
	})
}

func targets() []engine.Provider {
	return []engine.Provider{
		{Role: engine.RoleTarget, Name: "postgres", Doc: "two roles of a PostgreSQL server", Settings: []engine.Setting{
			{Name: "host", Type: engine.TypeText, Required: true, Doc: "host name or address"},
			{Name: "port", Type: engine.TypeNumber, Default: 5432, Doc: "port", Check: port},
			{Name: "database", Type: engine.TypeText, Required: true, Doc: "database to log in to"},
			{
				Name: "sslmode", Type: engine.TypeText, Default: "verify-full", Doc: "how the server is verified",
				Allowed: []string{"disable", "require", "verify-ca", "verify-full"},
			},
			{Name: "sslrootcert", Type: engine.TypePath, Doc: "certificates of the authorities to trust"},
			{Name: "admin_user", Type: engine.TypeText, Required: true, Doc: "role that may change the two"},
			{Name: "admin_password", Type: engine.TypeSecret, Required: true, Doc: "its password"},
			{Name: "users", Type: engine.TypeList, Required: true, Doc: "the two roles: slot a, slot b", Check: two},
			{Name: "grants", Type: engine.TypeList, Doc: "rights that both roles have"},
			{Name: "default_privileges", Type: engine.TypeList, Doc: "rights on objects yet to be made"},
			{Name: "member_of", Type: engine.TypeList, Doc: "roles that both are members of"},
			{Name: "owner_role", Type: engine.TypeText, Doc: "role that both act as"},
			{Name: "endpoints", Type: engine.TypeList, Doc: "further host:port to prove the login at", Check: hostPorts},
			{Name: "replicas", Type: engine.TypeList, Doc: "host:port of standbys", Check: hostPorts},
			{Name: "pgbouncer", Type: engine.TypeList, Doc: "host:port of poolers", Check: hostPorts},
			{Name: "pgbouncer_admin_user", Type: engine.TypeText, Doc: "administrator of the poolers"},
			{Name: "pgbouncer_admin_password", Type: engine.TypeSecret, Doc: "its password"},
			{Name: "pgbouncer_userlist", Type: engine.TypePath, Doc: "file of their users"},
			{Name: "password_length", Type: engine.TypeNumber, Default: 32, Doc: "characters of a new password"},
		}},
		{Role: engine.RoleTarget, Name: "mysql", Doc: "two users of a MySQL server", Settings: []engine.Setting{
			{Name: "host", Type: engine.TypeText, Required: true, Doc: "host name or address"},
			{Name: "port", Type: engine.TypeNumber, Default: 3306, Doc: "port", Check: port},
			{Name: "database", Type: engine.TypeText, Doc: "database to log in to"},
			{
				Name: "sslmode", Type: engine.TypeText, Default: "verify-full", Doc: "how the server is verified",
				Allowed: []string{"disable", "require", "verify-ca", "verify-full"},
			},
			{Name: "sslrootcert", Type: engine.TypePath, Doc: "certificates of the authorities to trust"},
			{Name: "admin_user", Type: engine.TypeText, Required: true, Doc: "user that may change the two"},
			{Name: "admin_password", Type: engine.TypeSecret, Required: true, Doc: "its password"},
			{Name: "users", Type: engine.TypeList, Required: true, Doc: "the two users: slot a, slot b"},
			{Name: "hosts", Type: engine.TypeList, Default: []string{"%"}, Doc: "hosts that both may come from"},
			{Name: "auth_plugin", Type: engine.TypeText, Default: "auto", Doc: "how passwords are checked"},
			{Name: "grants", Type: engine.TypeList, Doc: "rights that both users have"},
			{Name: "roles", Type: engine.TypeList, Doc: "roles that both users have"},
			{Name: "replicas", Type: engine.TypeList, Doc: "host:port of servers that follow", Check: hostPorts},
			{Name: "dual_password", Type: engine.TypeFlag, Doc: "two passwords of one user"},
			{Name: "endpoints", Type: engine.TypeList, Doc: "further host:port to prove the login at", Check: hostPorts},
		}},
		{Role: engine.RoleTarget, Name: "localca", Doc: "client certificates from a CA on this machine", Settings: []engine.Setting{
			{Name: "ca_cert", Type: engine.TypePath, Required: true, Doc: "certificate of the CA"},
			{Name: "ca_key", Type: engine.TypePath, Required: true, Doc: "key of the CA"},
			{Name: "ca_key_password", Type: engine.TypeSecret, Doc: "password of the key"},
			{Name: "common_name", Type: engine.TypeText, Required: true, Doc: "common name of the certificate"},
			{Name: "organization", Type: engine.TypeText, Doc: "organization in the certificate"},
			{Name: "dns_names", Type: engine.TypeList, Doc: "names in the certificate"},
			{Name: "valid_for", Type: engine.TypeDuration, Default: 90 * 24 * time.Hour, Doc: "how long a certificate lives"},
			{Name: "crl", Type: engine.TypePath, Doc: "revocation list to write"},
			{Name: "endpoints", Type: engine.TypeList, Doc: "host:port to prove a handshake at", Check: hostPorts},
			{Name: "server_name", Type: engine.TypeText, Doc: "name that the servers must prove"},
			{Name: "server_ca", Type: engine.TypePath, Doc: "authority of the servers"},
		}},
		{Role: engine.RoleTarget, Name: "certificate", Doc: "a certificate that others renew", Settings: []engine.Setting{
			{Name: "file", Type: engine.TypePath, Doc: "PEM file"},
			{Name: "address", Type: engine.TypeText, Doc: "host:port that serves it", Check: hostPort},
			{Name: "server_name", Type: engine.TypeText, Doc: "name to ask for"},
			{Name: "ca", Type: engine.TypePath, Doc: "authority to trust"},
		}},
		{Role: engine.RoleTarget, Name: "manual", Doc: "rotated by hand", Settings: []engine.Setting{
			{Name: "instructions", Type: engine.TypeText, Doc: "what to do"},
		}},
	}
}

func consumers() []engine.Provider {
	timeout := engine.Setting{Name: "timeout", Type: engine.TypeDuration, Default: 10 * time.Second, Doc: "limit for one reload"}
	return []engine.Provider{
		{Role: engine.RoleConsumer, Name: "signal", Doc: "a process that reloads on a signal", Settings: []engine.Setting{
			{Name: "pid_file", Type: engine.TypePath, Required: true, Doc: "file with its process number"},
			{Name: "signal", Type: engine.TypeText, Default: "HUP", Allowed: []string{"HUP", "USR1", "USR2"}, Doc: "signal to send"},
		}},
		{Role: engine.RoleConsumer, Name: "http", Doc: "a service that reloads on a request", Settings: []engine.Setting{
			{Name: "url", Type: engine.TypeText, Required: true, Doc: "address to post to", Check: httpURL},
			{Name: "status_url", Type: engine.TypeText, Doc: "address that tells what is in use", Check: httpURL},
			{Name: "token", Type: engine.TypeSecret, Doc: "bearer token"},
			{Name: "headers", Type: engine.TypeTable, Doc: "further headers"},
			{Name: "follow", Type: engine.TypeFlag, Default: true, Doc: "follow redirects"},
			timeout,
		}},
		{Role: engine.RoleConsumer, Name: "exec", Doc: "a command that makes a service reload", Settings: []engine.Setting{
			{Name: "command", Type: engine.TypeList, Required: true, Doc: "program and arguments"},
			timeout,
		}},
		{Role: engine.RoleConsumer, Name: "served", Doc: "a server that serves the certificate", Settings: []engine.Setting{
			{Name: "address", Type: engine.TypeText, Required: true, Doc: "host:port", Check: hostPort},
			{Name: "server_name", Type: engine.TypeText, Doc: "name to ask for"},
			{Name: "ca", Type: engine.TypePath, Doc: "authority to trust"},
		}},
	}
}

func port(value any) error {
	if n := value.(int); n < 1 || n > 65535 {
		return errors.New("must be from 1 to 65535")
	}
	return nil
}

func two(value any) error {
	if n := len(value.([]string)); n != 2 {
		return fmt.Errorf("must name two roles: there are %d", n)
	}
	return nil
}

func hostPort(value any) error {
	if _, _, err := net.SplitHostPort(value.(string)); err != nil {
		return errors.New("must be of the form host:port")
	}
	return nil
}

func hostPorts(value any) error {
	for _, address := range value.([]string) {
		if err := hostPort(address); err != nil {
			return err
		}
	}
	return nil
}

func httpURL(value any) error {
	if !strings.HasPrefix(value.(string), "http://") && !strings.HasPrefix(value.(string), "https://") {
		return errors.New("must begin with http:// or https://")
	}
	return nil
}
