package traffic

import (
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

func at(seconds int) time.Time { return uitest.Now().Add(time.Duration(seconds) * time.Second) }

func TestMeter(t *testing.T) {
	t.Parallel()
	type report struct {
		at     int
		usages []engine.Usage
	}
	cases := map[string]struct {
		reports []report
		rate    string
		failed  uint64
	}{
		"nothing": {nil, "–", 0},
		"one report is no rate": {
			[]report{{0, []engine.Usage{{Consumer: "a", Requests: 500, Failed: 9}}}}, "–", 0,
		},
		"sums consumers": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 100}, {Consumer: "b", Requests: 10}}},
			{2, []engine.Usage{{Consumer: "a", Requests: 180, Failed: 1}, {Consumer: "b", Requests: 30, Failed: 2}}},
		}, "50", 3},
		"a report from long ago is no rate": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 100}}},
			{60, []engine.Usage{{Consumer: "a", Requests: 9000}}},
		}, "–", 0},
		"an old report between new ones": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 1000}}},
			{1, []engine.Usage{{Consumer: "a", Requests: 900}}},
			{2, []engine.Usage{{Consumer: "a", Requests: 950}}},
		}, "50", 0},
		"a restart tells nothing yet": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 1000, Failed: 5}}},
			{1, []engine.Usage{{Consumer: "a", Requests: 40, Failed: 1}}},
		}, "–", 0},
		"a silent consumer catches up": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 100}}},
			{1, []engine.Usage{{Consumer: "a", Problem: "no answer"}}},
			{2, []engine.Usage{{Consumer: "a", Requests: 160}}},
		}, "30", 0},
		"silence is no traffic": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 100}}},
			{1, []engine.Usage{{Consumer: "a", Requests: 160}}},
			{2, []engine.Usage{{Consumer: "a", Problem: "no answer"}}},
		}, "–", 0},
		"a newcomer's past does not count": {[]report{
			{0, []engine.Usage{{Consumer: "a", Requests: 100}}},
			{1, []engine.Usage{{Consumer: "a", Requests: 110}, {Consumer: "b", Requests: 9000, Failed: 900}}},
		}, "10", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m Meter
			for _, r := range c.reports {
				m.Add(at(r.at), r.usages)
			}
			if m.Rate() != c.rate || m.Failed() != c.failed {
				t.Errorf("%s req/s, %d failed; want %s, %d", m.Rate(), m.Failed(), c.rate, c.failed)
			}
		})
	}
}

func TestReportsTooSoonWait(t *testing.T) {
	t.Parallel()
	var m Meter
	for i, requests := range []uint64{1000, 1100, 1200} {
		m.Add(at(i), []engine.Usage{{Consumer: "a", Requests: requests}})
	}
	m.Add(at(2).Add(time.Millisecond), []engine.Usage{{Consumer: "a", Requests: 1250}})
	if m.Rate() != "100" || m.Requests() != 200 {
		t.Errorf("%s req/s, %d requests; a report a millisecond later counts", m.Rate(), m.Requests())
	}
	m.Add(at(3), []engine.Usage{{Consumer: "a", Requests: 1300}})
	if m.Rate() != "100" || m.Requests() != 300 {
		t.Errorf("%s req/s, %d requests; the next one does not make up for it", m.Rate(), m.Requests())
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 48120: "48,120", 1234567: "1,234,567"} {
		if got := Number(n); got != want {
			t.Errorf("%d is written %q", n, got)
		}
	}
}

func TestView(t *testing.T) {
	t.Parallel()
	theme := ui.NewTheme(ui.Look{})
	var m Meter
	if got := m.View(theme, 60); got != "" {
		t.Errorf("nobody counts, yet %q", got)
	}
	for i := range 20 {
		m.Add(at(i), []engine.Usage{{Consumer: "a", Requests: uint64(10 + i*i)}})
	}
	uitest.Golden(t, "traffic", m.View(theme, 60)+"\n"+m.View(theme, 24)+"\n")
	m.Add(at(20), []engine.Usage{{Consumer: "a", Requests: 500, Failed: 4}, {Consumer: "b", Problem: "no answer"}})
	uitest.Golden(t, "trouble", m.View(theme, 60)+"\n")
}
