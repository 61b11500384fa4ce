package inventory

// node is a place in the document and what stands there. The decoder says what
// a value is, the scanner where it is.
type node struct {
	keyAt   int              // offset of the key; of the value, for an item of a list
	valueAt int              // offset of the value; of the key, for a table with a header
	data    any              // as decoded
	keys    map[string]*node // of a table
	items   []*node          // of a list
}

// child finds or makes the node of a key.
func (n *node) child(key string, at int) *node {
	if found := n.keys[key]; found != nil {
		return found
	}
	if n.keys == nil {
		n.keys = map[string]*node{}
	}
	made := &node{keyAt: at, valueAt: at}
	n.keys[key] = made
	return made
}

// item appends to a list.
func (n *node) item(at int) *node {
	made := &node{keyAt: at, valueAt: at}
	n.items = append(n.items, made)
	return made
}

// open is the table that a header or a dotted key goes on with: the newest one
// of an array of tables.
func (n *node) open() *node {
	if len(n.items) > 0 {
		return n.items[len(n.items)-1]
	}
	return n
}

// attach hangs decoded values onto the places. Both come from the same text and
// so have the same shape; should they ever differ, a value takes the place of
// what surrounds it.
func (n *node) attach(data any) {
	n.data = data
	switch data := data.(type) {
	case map[string]any:
		for key, value := range data {
			n.child(key, n.keyAt).attach(value)
		}
	case []any:
		attachItems(n, data)
	case []map[string]any:
		attachItems(n, data)
	}
}

func attachItems[T any](n *node, values []T) {
	for i, value := range values {
		if i == len(n.items) {
			n.item(n.valueAt)
		}
		n.items[i].attach(value)
	}
}
