package mysql

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/internal/sslmode"
)

// site is what both kinds of target have: a server, and how to get there.
type site struct {
	database  string // "" for none
	hosts     []string
	plugin    string // "" to choose
	length    int    // of passwords
	dialer    dialer
	endpoints []endpoint // the first one is where changes are made
	admin     *admin     // there
	replicas  []*admin
	own       *ownSessions
}

func newSite(part engine.Part, secrets secret.Resolver) (site, error) {
	s := part.Settings
	place := site{
		database: s.Text(settingDatabase),
		plugin:   s.Text(settingAuthPlugin),
		length:   orDefault(s.Number(settingPasswordLength), defaultPasswordLength),
		dialer: dialer{sslmode.Policy{
			Mode:     orDefault(s.Text(settingSSLMode), sslmode.VerifyFull),
			RootCert: s.Text(settingSSLRootCert),
		}},
	}
	if place.plugin == pluginAuto {
		place.plugin = ""
	}
	for _, host := range s.List(settingHosts) {
		place.hosts = append(place.hosts, strings.ToLower(host)) // as servers keep them
	}
	if len(place.hosts) == 0 {
		place.hosts = []string{anyHost}
	}
	if err := checkHosts(place.hosts); err != nil {
		return site{}, problem(part, settingHosts, err)
	}
	port := orDefault(s.Number(settingPort), defaultPort)
	place.endpoints = []endpoint{{host: s.Text(settingHost), port: uint16(port)}}
	for _, setting := range []string{settingReplicas, settingEndpoints} {
		for _, address := range s.List(setting) {
			e, err := parseEndpoint(address)
			if err != nil {
				return site{}, problem(part, setting, err)
			}
			place.endpoints = append(place.endpoints, e)
		}
	}
	for _, e := range place.endpoints {
		if place.dialer.Mode == sslmode.Disable && !e.isLoopback() {
			return site{}, engine.NewProblem(nil, "set "+settingSSLMode+" to verify-full, verify-ca or require, or go through a tunnel on 127.0.0.1",
				"%s: %s without TLS: caching_sha2_password would send the password under a key that nobody vouches for", part.Name, e)
		}
	}
	place.own = &ownSessions{}
	for i := range 1 + len(s.List(settingReplicas)) {
		a := &admin{
			dialer: place.dialer, endpoint: place.endpoints[i],
			user: s.Text(settingAdminUser), password: s.Secret(settingAdminPassword), secrets: secrets,
		}
		if i == 0 {
			place.admin = a
		} else {
			place.replicas = append(place.replicas, a)
		}
	}
	return place, nil
}

// Where names the server, and the database if there is one. Which program and
// version it is only a look can tell.
func (s *site) Where() string { return "MySQL " + s.place() }

// located tells of changes, for which it has been asked, at which server they are.
func (s *site) located(at server, changes []engine.Change) {
	for i := range changes {
		changes[i].Where = at.String() + " " + s.place()
	}
}

func (s *site) place() string {
	if s.database == "" {
		return s.endpoints[0].String()
	}
	return s.endpoints[0].String() + "/" + s.database
}

// Identity is the user that m names.
func (s *site) Identity(m engine.Material) string { return m.Text(engine.FieldUsername) }

// Close ends the administrator's sessions. A later call opens a new one.
func (s *site) Close() error {
	var errs []error
	for _, a := range s.servers() {
		errs = append(errs, a.close())
	}
	return errors.Join(errs...)
}

// servers are where sessions are counted and ended.
func (s *site) servers() []*admin { return append([]*admin{s.admin}, s.replicas...) }

// atPrimary qualifies what is said of sessions where the login works at other
// endpoints as well, at which they are not seen.
func (s *site) atPrimary() string {
	if len(s.endpoints) == len(s.servers()) {
		return ""
	}
	return " at " + s.endpoints[0].String()
}

// accounts are the accounts of a user.
func (s *site) accounts(user string) []account {
	list := make([]account, len(s.hosts))
	for i, host := range s.hosts {
		list[i] = account{user: user, host: host}
	}
	return list
}

// endpoint is where a login is proven.
type endpoint struct {
	host string
	port uint16
}

func parseEndpoint(address string) (endpoint, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return endpoint{}, fmt.Errorf("%q is not host:port", address)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return endpoint{}, fmt.Errorf("%q has no port between 1 and 65535", address)
	}
	return endpoint{host: host, port: uint16(port)}, nil
}

// String is host:port.
func (e endpoint) String() string { return net.JoinHostPort(e.host, strconv.Itoa(int(e.port))) }

func (e endpoint) isLoopback() bool {
	ip := net.ParseIP(e.host)
	return e.host == "localhost" || ip != nil && ip.IsLoopback()
}

// orDefault is value, or fallback where the inventory was silent.
func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

func problem(part engine.Part, setting string, err error) *engine.Problem {
	return engine.NewProblem(err, "mend it in the inventory", "%s: the setting %s", part.Name, setting)
}
