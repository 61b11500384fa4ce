package demo

import (
	"time"

	"github.com/rotadeck/rotadeck/engine"
)

const day = 24 * time.Hour

// entry is a credential of the demo, and the life that it pretends to have had.
type entry struct {
	id          string
	kind        engine.Kind
	environment string
	owner       string
	tags        string
	target      string        // name of the template of its target
	age         time.Duration // since its last rotation
	left        time.Duration // of its certificate
	told        bool          // its service is told to reload; else it looks by itself
	works       bool          // a service uses it
	runbook     string
}

// entries are a dozen credentials, from fresh to expired.
func entries() []entry {
	return []entry{
		{id: "orders-db", kind: engine.KindDatabasePassword, environment: "staging", owner: "payments", tags: `"orders", "tier1"`, target: "postgres", age: 34 * day, told: true, works: true},
		{id: "billing-db", kind: engine.KindDatabasePassword, environment: "production", owner: "payments", tags: `"billing", "pci"`, target: "postgres", age: 97 * day, told: true, works: true, runbook: "https://wiki.example.com/rotate/billing-db"},
		{id: "catalog-db", kind: engine.KindDatabasePassword, environment: "staging", owner: "shop", tags: `"catalog"`, target: "mysql", age: 85 * day, told: true, works: true},
		{id: "reports-db", kind: engine.KindDatabasePassword, environment: "staging", owner: "analytics", tags: `"reports"`, target: "postgres", age: 78 * day, works: true},
		{id: "gateway-client", kind: engine.KindTLSCertificate, environment: "production", owner: "edge", tags: `"mtls", "tier1"`, target: "localca", age: 78 * day, left: 12 * day, told: true, works: true},
		{id: "batch-client", kind: engine.KindTLSCertificate, environment: "staging", owner: "analytics", tags: `"mtls"`, target: "localca", age: 20 * day, left: 70 * day, told: true, works: true},
		{id: "www-cert", kind: engine.KindTLSCertificate, environment: "production", owner: "edge", tags: `"public"`, target: "www", left: 41 * day},
		{id: "partner-cert", kind: engine.KindTLSCertificate, environment: "production", owner: "edge", tags: `"partner"`, target: "partner", left: -3 * day, runbook: "https://wiki.example.com/partner-cert"},
		{id: "mail-api-key", kind: engine.KindAPIKey, environment: "production", owner: "growth", tags: `"mail"`, target: "manual", age: 71 * day, runbook: "https://wiki.example.com/rotate/mail"},
		{id: "ci-token", kind: engine.KindServiceAccountToken, environment: "staging", owner: "platform", tags: `"ci"`, target: "manual", age: 21 * time.Hour},
		{id: "deploy-ssh-key", kind: engine.KindSSHKey, environment: "production", owner: "platform", tags: `"deploy"`, target: "manual", age: 100 * day},
		{id: "backup-key", kind: engine.KindEncryptionKey, environment: "production", owner: "platform", tags: `"backup"`, target: "manual", age: 200 * day},
	}
}
