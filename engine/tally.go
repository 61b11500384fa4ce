package engine

// Tally counts credentials by verdict.
type Tally struct {
	Total   int `json:"total"`
	Expired int `json:"expired"`
	Overdue int `json:"overdue"`
	Due     int `json:"due"`
	Unknown int `json:"unknown"`
	Soon    int `json:"soon"`
	OK      int `json:"ok"`
}

// Add counts one more.
func (t *Tally) Add(s State) {
	t.Total++
	*t.of(s)++
}

// Of is how many have that verdict.
func (t Tally) Of(s State) int { return *t.of(s) }

// Violating is how many violate their policy: what is due, overdue or expired.
func (t Tally) Violating() int { return t.Due + t.Overdue + t.Expired }

func (t *Tally) of(s State) *int {
	switch s {
	case StateExpired:
		return &t.Expired
	case StateOverdue:
		return &t.Overdue
	case StateDue:
		return &t.Due
	case StateSoon:
		return &t.Soon
	case StateOK:
		return &t.OK
	case StateUnknown:
	}
	return &t.Unknown
}
