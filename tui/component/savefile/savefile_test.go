package savefile_test

import (
	"os"
	"path/filepath"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/tui/component/savefile"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func save(t *testing.T, path, text string) ui.Flash {
	t.Helper()
	messages := uitest.Messages(savefile.Write(uitest.Context(t.Context(), nil), path, text))
	if len(messages) != 1 {
		t.Fatalf("got %v", messages)
	}
	return flash(t, messages[0])
}

func flash(t *testing.T, msg tea.Msg) ui.Flash {
	t.Helper()
	news, ok := msg.(ui.Flash)
	if !ok {
		t.Fatalf("got %#v", msg)
	}
	return news
}

func TestWrite(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	precious := filepath.Join(folder, "precious")
	path := savefile.Path(folder, ".log", "rotadeck", "orders-db")
	if err := os.WriteFile(precious, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(precious, path); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"first", "second"} {
		if news := save(t, path, text); news.Level != ui.LevelOK {
			t.Fatalf("news: %+v", news)
		}
		info, err := os.Lstat(path)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v, %v; want a file of 0600", info.Mode(), err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("holds %q, %v; want %q", got, err, text)
		}
	}
	if got, err := os.ReadFile(precious); err != nil || string(got) != "precious" {
		t.Errorf("the file behind a link holds %q, %v", got, err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 2 {
		t.Errorf("files %v, %v: something was left behind", files, err)
	}
}

func TestWriteSaysWhyNot(t *testing.T) {
	t.Parallel()
	if news := save(t, filepath.Join(t.TempDir(), "absent", "file"), "text"); news.Level != ui.LevelDanger {
		t.Errorf("news: %+v", news)
	}
}

func TestPathStaysInTheFolder(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"orders-db": "/logs/a-orders-db.txt", "../../etc/passwd": "/logs/a-______etc_passwd.txt", "a b\n": "/logs/a-a_b_.txt", "\x1b[2J": "/logs/a-__2J.txt",
	} {
		if got := savefile.Path("/logs", ".txt", "a", id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}
