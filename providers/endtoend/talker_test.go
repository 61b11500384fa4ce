//go:build linux

package endtoend

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
)

// talker is an application that tells its password when it fails.
type talker struct {
	url                      string
	reloadFails, statusFails atomic.Bool

	mu          sync.Mutex
	used, stale string // the password read last, and the one before it
}

func startTalker(t *testing.T, mount string) *talker {
	t.Helper()
	c := &talker{}
	sound := application(mount)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.read(mount)
		if r.Method == http.MethodPost && c.reloadFails.Load() || r.Method == http.MethodGet && c.statusFails.Load() {
			http.Error(w, c.confession(), http.StatusInternalServerError)
			return
		}
		sound.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// read remembers the password that is mounted.
func (c *talker) read(mount string) {
	password, err := os.ReadFile(filepath.Join(mount, engine.FieldPassword))
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && string(password) != c.used {
		c.used, c.stale = string(password), c.used
	}
}

// confession is what a careless program says of a failed login: with the
// password that is mounted, the one before it, and at such length that whoever
// quotes it cuts the third one in two.
func (c *talker) confession() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("login failed, dsn was postgres://canary:%s@db/shop, before it %s; %040d %s", c.used, c.stale, 0, c.used)
}

// execConsumer is a command that writes down what everyone on the machine may
// read of itself and of the process that started it, and confesses on demand.
func (c *canaries) execConsumer(t *testing.T) string {
	t.Helper()
	script := filepath.Join(c.dir, "reload.sh")
	writeFile(t, script, strings.NewReplacer("PUBLIC", c.public, "SHOUT", c.shout, "MOUNT", c.mount()).Replace(`
for process in $$ $PPID; do
	tr '\0' '\n' <"/proc/$process/cmdline" >>"PUBLIC"
	tr '\0' '\n' <"/proc/$process/environ" >>"PUBLIC"
done
if [ -e "SHOUT" ]; then
	password=$(cat "MOUNT/password")
	printf 'no login with %s; %0130d %s\n' "$password" 0 "$password" >&2
	exit 1
fi
`))
	return fmt.Sprintf("provider = \"exec\"\ncommand = [\"sh\", %q]", script)
}

// shouting lets the command fail.
func (c *canaries) shouting(t *testing.T) (mend func()) {
	t.Helper()
	writeFile(t, c.shout, "")
	return func() {
		if err := os.Remove(c.shout); err != nil {
			t.Fatal(err)
		}
	}
}
