package diff

import "strings"

// Hunk is a part of a difference: one to show, or one that has only
// paragraphs that did not change and can be folded away. The operations of
// all hunks are those of the whole difference.
type Hunk struct {
	Ops        []Op
	Folded     bool
	Paragraphs int // how many, in a folded one
}

// Hunks puts a difference into parts. Each change is shown with as many
// unchanged paragraphs on either side as context says; what lies between is
// folded, if it is more than one paragraph.
func Hunks(ops []Op, context int) []Hunk {
	context = max(context, 0)
	var out []Hunk
	show := func(op Op) {
		if op.Text == "" {
			return
		}
		if n := len(out) - 1; n >= 0 && !out[n].Folded {
			out[n].Ops = append(out[n].Ops, op)
			return
		}
		out = append(out, Hunk{Ops: []Op{op}})
	}
	for i, op := range ops {
		if op.Kind != Equal {
			show(op)
			continue
		}
		var keepHead, keepTail int
		if i > 0 {
			keepHead = context
			if !strings.HasSuffix(ops[i-1].Text, "\n") {
				keepHead++ // the rest of the paragraph that changed
			}
		}
		if i < len(ops)-1 {
			keepTail = context
			if !strings.HasSuffix(op.Text, "\n") {
				keepTail++ // the beginning of the paragraph that changes
			}
		}
		head, middle, tail := fold(op.Text, keepHead, keepTail)
		if len(middle) < 2 {
			show(op)
			continue
		}
		show(Op{Equal, head})
		out = append(out, Hunk{Ops: []Op{{Equal, strings.Join(middle, "")}}, Folded: true, Paragraphs: len(middle)})
		show(Op{Equal, tail})
	}
	return out
}

// fold takes an unchanged text apart into the paragraphs that stay at the
// change before it, those that can be folded, and those that stay at the
// change after it.
func fold(text string, keepHead, keepTail int) (head string, middle []string, tail string) {
	middle = paragraphs(text)
	n := min(keepHead, len(middle))
	head, middle = strings.Join(middle[:n], ""), middle[n:]
	n = max(0, len(middle)-keepTail)
	return head, middle[:n], strings.Join(middle[n:], "")
}

// paragraphs takes a text apart after each run of empty lines.
func paragraphs(s string) []string {
	var out []string
	blank := false
	var b strings.Builder
	for line := range strings.Lines(s) {
		empty := strings.TrimSpace(line) == ""
		if blank && !empty {
			out = append(out, b.String())
			b.Reset()
		}
		b.WriteString(line)
		blank = empty
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}
