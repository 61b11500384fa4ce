package report_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/tui/report"
)

// TestBrowser opens pages as a reader would, on a phone and on a desk, in light and
// in dark: nothing is complained of, and nothing runs out at the side.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	for name, d := range map[string]report.Document{
		"sample": sample("payments"), "audit": report.Audit(sampleAudit(40), "payments"),
		"hostile": sample(`<script>document.title="owned"</script>` + longName()),
	} {
		path := filepath.Join(t.TempDir(), name+".html")
		if err := os.WriteFile(path, []byte(html(t, d)), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{390, 1440} {
			for _, scheme := range []string{"light", "dark"} {
				page := b.open(t, "file://"+path, width, scheme)
				if page.Scroll > width || page.Client != width {
					t.Errorf("%s at %d, %s: %d wide, shows %d", name, width, scheme, page.Scroll, page.Client)
				}
				if page.Charts < 3 || page.Tall < 1 || page.Owned {
					t.Errorf("%s at %d, %s: %+v", name, width, scheme, page)
				}
			}
		}
	}
	for _, complaint := range b.complaints {
		t.Errorf("the browser complains: %s", complaint)
	}
}

// longName is one that breaks nowhere by itself.
func longName() string {
	name := ""
	for range 40 {
		name += "abcdefghij"
	}
	return name
}

// seen is what a page looks like.
type seen struct {
	Scroll, Client, Charts, Tall int
	Owned                        bool
}

// browser is a headless Chromium, spoken to over a pipe.
type browser struct {
	in         io.Writer
	out        *bufio.Reader
	id         int
	complaints []string
}

func startBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("Chromium is missing (install it with: apt-get install chromium)")
	}
	fromUs, toBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBrowser, toUs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "rotadeck-browser")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage",
		"--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its helpers end with it
	cmd.ExtraFiles = []*os.File{fromUs, toUs}             // which it knows as 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = fromUs.Close()
	_ = toUs.Close()
	late := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		late.Stop()
		_ = toBrowser.Close()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		_ = fromBrowser.Close()
		for range 1000 { // a helper that is not gone yet may still write
			if os.RemoveAll(profile) == nil {
				return
			}
		}
		t.Errorf("%s cannot be removed", profile)
	})
	return &browser{in: toBrowser, out: bufio.NewReader(fromBrowser)}
}

// call sends a command and reads on until its answer, gathering complaints.
func (b *browser) call(t *testing.T, session, method string, params any, result any) {
	t.Helper()
	b.id++
	text, err := json.Marshal(map[string]any{"id": b.id, "method": method, "params": params, "sessionId": session})
	if session == "" {
		text, err = json.Marshal(map[string]any{"id": b.id, "method": method, "params": params})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := b.out.ReadBytes(0)
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		var message struct {
			ID     int
			Method string
			Params json.RawMessage
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(line[:len(line)-1], &message); err != nil {
			t.Fatal(err)
		}
		switch message.Method {
		case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
			b.complaints = append(b.complaints, string(message.Params))
		}
		if message.ID != b.id {
			continue
		}
		if message.Error != nil {
			t.Fatalf("%s: %s", method, message.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(message.Result, result); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
}

// open shows a page in a window of its own, and measures it.
func (b *browser) open(t *testing.T, address string, width int, scheme string) seen {
	t.Helper()
	var target struct{ TargetID string }
	b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	session := attached.SessionID
	for _, domain := range []string{"Log", "Runtime", "Page"} {
		b.call(t, session, domain+".enable", struct{}{}, nil)
	}
	b.call(t, session, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call(t, session, "Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call(t, session, "Page.navigate", map[string]any{"url": address}, nil)
	var value struct {
		Result struct{ Value string }
	}
	// The promise holds once the page is loaded, whenever that is.
	b.call(t, session, "Runtime.evaluate", map[string]any{"awaitPromise": true, "returnByValue": true, "expression": fmt.Sprintf(`new Promise(done => {
		const look = () => location.href === %q && document.readyState === "complete" ? done(JSON.stringify({
			Scroll: document.documentElement.scrollWidth, Client: document.documentElement.clientWidth,
			Charts: [...document.querySelectorAll("svg.chart")].filter(e => e.getBoundingClientRect().width > 200).length,
			Tall: document.documentElement.scrollHeight, Owned: document.title === "owned",
		})) : setTimeout(look, 10); look(); })`, address)}, &value)
	var s seen
	if err := json.Unmarshal([]byte(value.Result.Value), &s); err != nil {
		t.Fatalf("%s: %v in %+v", address, err, value)
	}
	b.call(t, "", "Target.closeTarget", map[string]any{"targetId": target.TargetID}, nil)
	return s
}
