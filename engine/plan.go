package engine

// Plan is a rotation before anything is touched.
type Plan struct {
	Credential string     `json:"credential"`
	Rotation   Rotation   `json:"rotation"`
	Steps      []PlanStep `json:"steps"`
	Warnings   []string   `json:"warnings,omitempty"`
	// Blocked says why the rotation cannot start; nil when it can.
	Blocked *Problem `json:"blocked,omitempty"`
}

// PlanStep is one line of a plan: a change, or a proof that a phase makes.
type PlanStep struct {
	Phase      Phase  `json:"phase"`
	What       string `json:"what"`
	Where      string `json:"where"`
	Statement  string `json:"statement,omitempty"` // exact, secrets masked; "" when nothing is changed
	Reversible string `json:"reversible"`          // until when
	Undo       string `json:"undo,omitempty"`
	Command    string `json:"command,omitempty"` // what a person types to do it by hand
	Changes    bool   `json:"changes"`           // whether the step changes anything outside
}
