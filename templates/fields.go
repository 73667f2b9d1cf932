package templates

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// field is what every input of a form has in common.
type field struct {
	id, label, hint string
	size            LabelSize
	labelHidden     bool
	optional        bool
	errors          []string
}

// newField makes the common part; an empty id is made from the name.
func newField(id, name, label, hint string, size LabelSize, optional bool, errors []FieldError) field {
	return field{
		id: cmp.Or(id, FieldID(name)), label: label, hint: hint, size: size, optional: optional,
		errors: FieldErrors(errors, name),
	}
}

func (p TextInputProps) field() field {
	f := newField(p.ID, p.Name, p.Label, p.Hint, p.LabelSize, p.Optional, p.Errors)
	f.labelHidden = p.LabelHidden
	return f
}

func (p TextareaProps) field() field {
	f := newField(p.ID, p.Name, p.Label, p.Hint, p.LabelSize, p.Optional, p.Errors)
	f.labelHidden = p.LabelHidden
	return f
}

func (p SelectProps) field() field {
	f := newField(p.ID, p.Name, p.Label, p.Hint, p.LabelSize, p.Optional, p.Errors)
	f.labelHidden = p.LabelHidden
	return f
}

func (p RadiosProps) field() field {
	return newField(p.ID, p.Name, p.Legend, p.Hint, p.LegendSize, p.Optional, p.Errors)
}

func (p CheckboxesProps) field() field {
	return newField(p.ID, p.Name, p.Legend, p.Hint, p.LegendSize, p.Optional, p.Errors)
}

func (p FileUploadProps) field() field {
	return newField(p.ID, p.Name, p.Label, p.Hint, p.LabelSize, p.Optional, p.Errors)
}

func (p FieldsetProps) field() field {
	return newField(p.ID, "", p.Legend, p.Hint, p.LegendSize, false, nil)
}

// groupClasses are the classes of the element around a field.
func (f field) groupClasses() string {
	if len(f.errors) > 0 {
		return "nhsuk-form-group nhsuk-form-group--error"
	}
	return "nhsuk-form-group"
}

// sizeClass is the class that sets the size of a label or legend, if it has one.
func (f field) sizeClass(base string) string {
	if f.size == "" {
		return ""
	}
	return base + "--" + string(f.size)
}

func (f field) hintID() string  { return f.id + "-hint" }
func (f field) errorID() string { return f.id + "-error" }

// describedBy lists the ids of the hint and the error that the field has.
func (f field) describedBy() string {
	var ids []string
	if f.hint != "" {
		ids = append(ids, f.hintID())
	}
	if len(f.errors) > 0 {
		ids = append(ids, f.errorID())
	}
	return strings.Join(ids, " ")
}

// itemID is the id of one choice of a group. The first has the id of the field, which the error summary links to.
func (f field) itemID(i int) string {
	if i == 0 {
		return f.id
	}
	return f.id + "-" + strconv.Itoa(i+1)
}

// itemHintID is the id of the hint of one choice. It is numbered from the first, whose own id is that of the field.
func (f field) itemHintID(i int) string {
	return f.id + "-" + strconv.Itoa(i+1) + "-hint"
}

// itemAttributes ties a choice to its hint.
func itemAttributes(f field, i int, o Option) templ.Attributes {
	if o.Hint == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": f.itemHintID(i)}
}

// inputType is the type of the input element.
func (p TextInputProps) inputType() string {
	return cmp.Or(p.Type, "text")
}

// rows is the height of the textarea.
func (p TextareaProps) rows() int {
	return cmp.Or(p.Rows, 5)
}

// describedBy adds the character count to what describes the textarea.
func (p TextareaProps) describedBy(f field) string {
	ids := f.describedBy()
	if p.MaxLength > 0 {
		ids = strings.TrimSpace(ids + " " + f.id + "-info")
	}
	return ids
}

// checked reports whether a choice is among the values.
func (p CheckboxesProps) checked(value string) bool {
	return slices.Contains(p.Values, value)
}
