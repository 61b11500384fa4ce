package localca

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const (
	defaultValidity = 90 * 24 * time.Hour
	maxCommonName   = 64 // ub-common-name, RFC 5280 appendix A.1
)

// Describe is the schema of the provider.
func Describe() engine.Provider {
	return engine.Provider{
		Role: engine.RoleTarget,
		Name: "localca",
		Doc:  "client certificates for mutual TLS, signed by a local CA",
		Kind: engine.KindTLSCertificate,
		Settings: []engine.Setting{
			{Name: "ca_cert", Type: engine.TypePath, Required: true, Doc: "certificate of the CA, PEM, followed by those above it"},
			{Name: "ca_key", Type: engine.TypePath, Required: true, Doc: "private key of the CA, PEM; PKCS #8 may be encrypted"},
			{Name: "ca_key_password", Type: engine.TypeSecret, Doc: "opens an encrypted ca_key"},
			{Name: "crl", Type: engine.TypePath, Required: true, Doc: "revocation list that the servers read; retired certificates are put on it"},
			{Name: "common_name", Type: engine.TypeText, Required: true, Doc: "subject of the certificates", Check: checkCommonName},
			{Name: "organization", Type: engine.TypeText, Doc: "organization in the subject"},
			{Name: "dns_names", Type: engine.TypeList, Doc: "subject alternative names", Check: checkNames},
			{Name: "valid_for", Type: engine.TypeDuration, Default: defaultValidity, Doc: "life of a certificate; ends with the CA at the latest", Check: checkValidity},
			{Name: "endpoints", Type: engine.TypeList, Doc: "where certificates are proven: host:port, or https://host:port/path for servers that refuse by status", Check: checkEndpoints},
			{Name: "server_name", Type: engine.TypeText, Doc: "name in the servers' certificate; the endpoint's host when absent"},
			{Name: "server_ca", Type: engine.TypePath, Doc: "CA of the servers' certificate; ca_cert when absent"},
		},
	}
}

func checkCommonName(value any) error {
	if name, _ := value.(string); len(name) > maxCommonName {
		return fmt.Errorf("a common name has at most %d characters", maxCommonName)
	}
	return nil
}

func checkNames(value any) error {
	names, _ := value.([]string)
	for _, name := range names {
		if name == "" || len(name) > 253 || strings.ContainsAny(name, " /:@") {
			return fmt.Errorf("%q is no DNS name", name)
		}
	}
	return nil
}

func checkValidity(value any) error {
	if d, _ := value.(time.Duration); d < time.Minute {
		return errors.New("a certificate must live for a minute at least")
	}
	return nil
}

func checkEndpoints(value any) error {
	endpoints, _ := value.([]string)
	for _, text := range endpoints {
		if _, err := parseEndpoint(text); err != nil {
			return err
		}
	}
	return nil
}

// endpoint is a place where certificates are presented.
type endpoint struct {
	text    string   // as the inventory has it
	address string   // host:port
	host    string   // without port
	url     *url.URL // what to ask for; nil when the handshake decides alone
}

func parseEndpoint(text string) (endpoint, error) {
	e := endpoint{text: text, address: text}
	if strings.Contains(text, "://") {
		address, err := url.Parse(text)
		if err != nil || address.Scheme != "https" || address.Host == "" {
			return endpoint{}, fmt.Errorf("%q is neither host:port nor https://host:port/path", text)
		}
		e.url, e.address = address, address.Host
		if address.Port() == "" {
			e.address = net.JoinHostPort(address.Hostname(), "443")
		}
	}
	host, port, err := net.SplitHostPort(e.address)
	if err != nil || host == "" || port == "" {
		return endpoint{}, fmt.Errorf("%q is neither host:port nor https://host:port/path", text)
	}
	e.host = host
	return e, nil
}
