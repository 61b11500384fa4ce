package inventory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine/inventory"
)

// large writes an inventory of n credentials in the usual form.
func large(n int) []byte {
	var b strings.Builder
	b.WriteString("[defaults]\nenvironment = \"production\"\nstore = \"mounts\"\n[environments.production]\nprotected = true\n")
	b.WriteString("[[stores]]\nname = \"mounts\"\nprovider = \"file\"\npath = \"mounts\"\n")
	b.WriteString("[[consumers]]\nname = \"api\"\nprovider = \"http\"\nurl = \"http://127.0.0.1:8081/\"\n")
	for i := range n {
		fmt.Fprintf(&b, "\n[[credentials]] # %d\nid = \"db-%d\"\nkind = \"database-password\"\ntags = [\"postgres\", \"tier-%d\"]\nconsumers = [\"api\"]\n", i, i, i%3)
		b.WriteString("[credentials.target]\nprovider = \"postgres\"\nhost = \"127.0.0.1\"\ndatabase = \"orders\"\nadmin_user = \"rotadeck\"\n")
		b.WriteString("admin_password = \"env:PGPASSWORD\"\nusers = [\"a\", \"b\"]\n[credentials.policy]\ngrace = \"5m\"\n")
	}
	return []byte(b.String())
}

func BenchmarkParse10000(b *testing.B) {
	text, providers := large(10_000), providers()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		inv, err := inventory.Parse("large.toml", text, "/", providers)
		if err != nil || len(inv.Credentials) != 10_000 {
			b.Fatalf("%v", err)
		}
	}
}

func BenchmarkParse10000Wrong(b *testing.B) {
	text := []byte(strings.ReplaceAll(string(large(10_000)), "grace = \"5m\"", "grace = \"5 minutes\"\nexpiry = 1"))
	providers := providers()
	for b.Loop() {
		if _, err := inventory.Parse("large.toml", text, "/", providers); err == nil {
			b.Fatal("no error")
		}
	}
}
