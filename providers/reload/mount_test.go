package reload_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/reloadtest"
)

const canary = "canary-x7Qp2LmR"

func TestReadTakesFieldsAsTheyAre(t *testing.T) {
	t.Parallel()
	fields := map[string]string{
		"username": "orders_a\n", "password": " \t" + canary + `'"\%$ ä€😀 ` + "\r\n", "version": "7", ".hidden": "x", "empty": "",
	}
	plain := filepath.Join(t.TempDir(), "plain")
	reloadtest.WriteFiles(t, plain, fields)
	for name, dir := range map[string]string{"turned": reloadtest.NewMount(t, fields).Dir, "plain": plain} {
		c, err := reload.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(c.Names(), " "); got != "empty password username version" {
			t.Errorf("%s: fields %s", name, got)
		}
		if c.Identity() != "orders_a" || c.Version() != "7" || c.Text("password") != " \t"+canary+`'"\%$ ä€😀 ` {
			t.Errorf("%s: read %q, %q, %q", name, c.Identity(), c.Version(), c.Text("password"))
		}
		for _, printed := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q %x", c, c, c, c, c), fmt.Sprintf("%+v", &c)} {
			if strings.Contains(printed, canary) || strings.Contains(printed, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s: printed as %s", name, printed)
			}
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "password")
	reloadtest.WriteFiles(t, dir, map[string]string{"password": canary})
	dangling := filepath.Join(t.TempDir(), "dangling")
	reloadtest.WriteFiles(t, dangling, nil)
	if err := os.Symlink("..gone", filepath.Join(dangling, "..data")); err != nil {
		t.Fatal(err)
	}
	huge := t.TempDir()
	reloadtest.WriteFiles(t, huge, map[string]string{"password": strings.Repeat("x", 2<<20)})
	for says, dir := range map[string]string{
		"there is no mount at":    filepath.Join(dir, "missing"),
		"it is no folder":         file,
		"..gone":                  dangling,
		"it holds no file":        t.TempDir(),
		"password is longer than": huge,
	} {
		_, err := reload.Read(dir)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), dir) {
			t.Errorf("want %q of %s, got %v", says, dir, err)
		}
		if says == "there is no mount at" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v does not wrap fs.ErrNotExist", err)
		}
	}
}

// TestReadNeverMixes reads while the mount is turned as fast as it can be.
func TestReadNeverMixes(t *testing.T) {
	t.Parallel()
	fields := func(i int) map[string]string {
		all := map[string]string{}
		for n := range 8 {
			all[fmt.Sprintf("field%d", n)] = fmt.Sprint(i)
		}
		return all
	}
	mount := reloadtest.NewMount(t, fields(0))
	var turning sync.WaitGroup
	done := make(chan struct{})
	turning.Go(func() {
		for i := 1; ; i++ {
			select {
			case <-done:
				return
			default:
				mount.Turn(fields(i))
			}
		}
	})
	read := 0
	for range 2000 {
		c, err := reload.Read(mount.Dir)
		if err != nil {
			continue // too fast for it, which it says
		}
		read++
		for n := range 8 {
			if name := fmt.Sprintf("field%d", n); c.Text(name) == "" || c.Text(name) != c.Text("field0") {
				t.Fatalf("%s is %q, field0 is %q", name, c.Text(name), c.Text("field0"))
			}
		}
	}
	close(done)
	turning.Wait()
	if read == 0 {
		t.Error("nothing could be read")
	}
}
