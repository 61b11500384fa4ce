package endtoend

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// verb is what an accident interrupts.
type verb string

const (
	rotating    verb = "rotate"
	resuming    verb = "resume"
	rollingBack verb = "rollback"
)

// cause is what an accident is made of.
type cause string

const (
	atBoundary  cause = "death at a write to the journal"
	killed9     cause = "kill -9 at a write to the journal"
	killedAny   cause = "kill -9 at any moment"
	inStatement cause = "death with a statement on its way"
	lineBroken  cause = "a broken line"
	restarted   cause = "a restart of the server"
	journalCut  cause = "a broken line to the journal"
)

// accident is one interruption of a run.
type accident struct {
	verb  verb
	cause cause
	n     int  // the write to the journal, or the statement
	after bool // that write is done
	harm  harm
	delay time.Duration
	retry bool // what is answered after a failure; else stop
	hard  bool // the server is killed, not stopped
}

func (a accident) String() string {
	text := fmt.Sprintf("%s: %s %d", a.verb, a.cause, a.n)
	switch a.cause {
	case killedAny:
		text = fmt.Sprintf("%s: %s, after %s", a.verb, a.cause, a.delay)
	case inStatement, lineBroken, journalCut:
		text += fmt.Sprintf(", %s", a.harm)
	case atBoundary, killed9, restarted:
		text += fmt.Sprintf(", after it: %t", a.after)
	}
	return fmt.Sprintf("%s, retry: %t, hard: %t", text, a.retry, a.hard)
}

// story is one crash point: what runs, what happens to it, and how it is
// brought to an end.
type story struct {
	database  string
	journal   string
	inherited bool // the other user is there already, with a password of another hand
	done      bool // a rotation is done before, so that it is the rollback that suffers
	accidents []accident
	end       verb
}

// tell draws a story. The same seed and number tell the same one.
func tell(seed uint64, n int, databases, journals []string) story {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	s := story{
		database:  databases[r.IntN(len(databases))],
		journal:   journals[r.IntN(len(journals))],
		inherited: r.IntN(3) == 0,
		done:      r.IntN(3) == 0,
	}
	next := rotating
	if s.done {
		next = rollingBack
	}
	for range 1 + r.IntN(10)*r.IntN(10)/40 { // one mostly, up to three
		a := draw(r, next)
		if s.journal == "postgres" && r.IntN(5) == 0 {
			const statements = 60 // about as many as the record of a run takes
			a.cause, a.n, a.harm = journalCut, 1+r.IntN(statements), []harm{cutBefore, cutAfter}[r.IntN(2)]
		}
		s.accidents = append(s.accidents, a)
		next = []verb{resuming, rollingBack}[r.IntN(2)]
	}
	s.end = next
	return s
}

func draw(r *rand.Rand, v verb) accident {
	a := accident{
		verb: v, after: r.IntN(2) == 0, retry: r.IntN(2) == 0, hard: r.IntN(2) == 0,
		delay: time.Duration(r.IntN(400)) * time.Millisecond,
		harm:  []harm{cutBefore, cutAfter}[r.IntN(2)],
	}
	if r.IntN(20) == 0 { // they take long
		a.harm = []harm{silence, silenceAfter}[r.IntN(2)]
	}
	const writes, statements = 15, 45 // about as many as a run makes
	switch chance := r.IntN(100); {
	case chance < 30:
		a.cause, a.n = atBoundary, 1+r.IntN(writes)
	case chance < 40:
		a.cause, a.n = killed9, 1+r.IntN(writes)
	case chance < 50:
		a.cause = killedAny
	case chance < 70:
		a.cause, a.n = inStatement, 1+r.IntN(statements)
	case chance < 90:
		a.cause, a.n = lineBroken, 1+r.IntN(statements)
	default:
		a.cause, a.n = restarted, 1+r.IntN(writes)
	}
	return a
}
