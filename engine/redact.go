package engine

import (
	"slices"
	"strings"

	"github.com/rotadeck/rotadeck/engine/secret"
)

// redactor masks the secrets of a run in texts that come from outside, such
// as errors of drivers. It is the last line of defence, and best effort: a
// secret that a driver has encoded or cut passes it.
type redactor struct {
	replacer *strings.Replacer
	pairs    []string
}

// shortestSecret keeps trivial values from masking innocent text.
const shortestSecret = 5

// learnAll adds the secrets of every version: whoever is behind may tell an old
// one.
func (r *redactor) learnAll(h Holding) {
	for _, v := range h.Slots {
		r.learn(v.Material)
	}
	for _, v := range h.Archive {
		r.learn(v.Material)
	}
}

// learn adds the secret fields of m, whole and by line.
func (r *redactor) learn(m Material) {
	for _, name := range m.Names() {
		if PublicField(name) {
			continue
		}
		for _, line := range append(strings.Split(m.Text(name), "\n"), m.Text(name)) {
			line = strings.TrimSpace(line)
			if len(line) >= shortestSecret && !strings.HasPrefix(line, "-----") && !slices.Contains(r.pairs, line) {
				r.pairs = append(r.pairs, line, secret.Mask)
			}
		}
	}
	r.replacer = strings.NewReplacer(r.pairs...)
}

func (r *redactor) text(s string) string {
	if r.replacer == nil {
		return s
	}
	return r.replacer.Replace(s)
}

// event masks every text of e that may come from outside.
func (r *redactor) event(e Event) Event {
	e.Text = r.text(e.Text)
	e.Problem = r.problem(e.Problem)
	if e.Check != nil {
		c := *e.Check
		c.Detail, c.Hint = r.text(c.Detail), r.text(c.Hint)
		e.Check = &c
	}
	if e.Proof != nil {
		p := *e.Proof
		p.Detail = r.text(p.Detail)
		e.Proof = &p
	}
	if e.Change != nil {
		c := *e.Change
		c.Apply = nil
		c.What, c.Where, c.Statement, c.Undo = r.text(c.What), r.text(c.Where), r.text(c.Statement), r.text(c.Undo)
		c.Command = r.text(c.Command)
		e.Change = &c
	}
	if e.Trial != nil {
		t := *e.Trial
		t.Problem = r.text(t.Problem)
		e.Trial = &t
	}
	if e.Request != nil {
		q := r.request(*e.Request)
		e.Request = &q
	}
	if e.Evidence != nil {
		v := r.evidence(*e.Evidence)
		e.Evidence = &v
	}
	return e
}

func (r *redactor) evidence(v Evidence) Evidence {
	v.Problem = r.text(v.Problem)
	v.Consumers = r.usage(v.Consumers)
	return v
}

func (r *redactor) usage(usage []Usage) []Usage {
	out := append([]Usage{}, usage...)
	for i := range out {
		out[i].Problem, out[i].Identity = r.text(out[i].Problem), r.text(out[i].Identity)
	}
	return out
}

func (r *redactor) request(q Request) Request {
	q.What, q.Consequence, q.Details = r.text(q.What), r.text(q.Consequence), r.texts(q.Details)
	return q
}

func (r *redactor) problem(p *Problem) *Problem {
	if p == nil {
		return nil
	}
	return &Problem{Text: r.text(p.Text), Hint: r.text(p.Hint), Cause: r.text(p.Cause), err: p.err}
}

func (r *redactor) texts(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = r.text(line)
	}
	return out
}
