package models

import (
	"os"
	"strings"
	"testing"
)

func TestRights(t *testing.T) {
	author, other := &Person{ID: "a"}, &Person{ID: "b"}
	lead := &Person{ID: "l", Grants: []Grant{{Role: RoleLead, Organisation: "RR8"}}}
	moderator := &Person{ID: "m", Grants: []Grant{{Role: RoleModerator}}}
	admin := &Person{ID: "d", Grants: []Grant{{Role: RoleAdmin}}}
	organiser := &Person{ID: "o", Grants: []Grant{{Role: RoleOrganiser}}}
	here := Subject{AuthorID: "a", Organisation: "RR8"}
	for _, c := range []struct {
		who    *Person
		right  Right
		on     Subject
		may    bool
		reason string
	}{
		{nil, Browse, Subject{}, true, "everybody reads"},
		{nil, TakePart, Subject{}, false, "nobody takes part without signing in"},
		{other, TakePart, Subject{}, true, "a member takes part"},
		{author, EditStudy, here, true, "an author edits"},
		{other, EditStudy, here, false, "another does not"},
		{other, EditStudy, Subject{AuthorID: "a", CoAuthor: true}, true, "a co-author edits"},
		{lead, EditStudy, here, true, "a lead edits for the organisation"},
		{lead, EditStudy, Subject{AuthorID: "a", Organisation: "RWY"}, false, "and for no other"},
		{lead, EditStudy, Subject{AuthorID: "a"}, false, "nor for none"},
		{moderator, EditStudy, here, false, "a moderator hides, and changes nothing"},
		{admin, EditStudy, here, false, "nor does an admin"},
		{moderator, ReadWithdrawn, here, true, "a moderator reads what is hidden, to decide about it"},
		{organiser, EditStudy, here, false, "an organiser does not"},
		{moderator, EditComment, here, false, "nobody puts words into another's mouth"},
		{admin, EditComment, here, false, "not even an admin"},
		{author, EditComment, here, true, "the writer does"},
		{moderator, DeleteComment, here, false, "nor takes them away, even as a moderator"},
		{admin, WithdrawStudy, here, false, "an admin hides, with a reason"},
		{other, WithdrawStudy, Subject{AuthorID: "a", CoAuthor: true}, true, "a co-author withdraws"},
		{lead, WithdrawStudy, here, true, "so does a lead"},
		{moderator, Administer, Subject{}, false, "a moderator is no admin"},
		{admin, Administer, Subject{}, true, "an admin is"},
		{nil, EditStudy, Subject{}, false, "what has no author is not nobody's"},
		{&Person{}, EditComment, Subject{}, false, "a person without an id wrote nothing"},
		{admin, Right("no-such-right"), here, false, "what is no right nobody has"},
	} {
		if got := c.who.May(c.right, c.on); got != c.may {
			t.Errorf("%s: got %v", c.reason, got)
		}
	}
	for _, r := range Rights() {
		if len(r.Parties()) == 0 {
			t.Errorf("nobody has the right %s", r)
		}
	}
	if len(Rights()) != len(rights) {
		t.Errorf("%d rights are listed, the table has %d", len(Rights()), len(rights))
	}
}

// Who has a right over something is never turned away before it is known over
// what.
func FuzzRights(f *testing.F) {
	f.Add(0, "a", "a", "RR8", "RR8", true, uint8(3))
	f.Fuzz(func(t *testing.T, n int, id, author, leads, happens string, co bool, roles uint8) {
		p := &Person{ID: id, Grants: []Grant{{Role: RoleLead, Organisation: leads}}}
		for i, r := range Roles() {
			if r != RoleLead && roles&(1<<i) != 0 {
				p.Grants = append(p.Grants, Grant{Role: r})
			}
		}
		right := Rights()[uint(n)%uint(len(Rights()))]
		s := Subject{AuthorID: author, Organisation: happens, CoAuthor: co}
		if p.May(right, s) && !p.MightDo(right) {
			t.Errorf("%+v may %s over %+v and might not", p, right, s)
		}
		var nobody *Person
		if nobody.May(right, s) && right != Browse && right != ReadPublic {
			t.Errorf("who is not signed in may %s", right)
		}
		if nobody.May(right, s) && !p.May(right, s) {
			t.Errorf("signing in takes the right %s away", right)
		}
	})
}

// The table in the documents is the table in the code.
func TestRightsAreDocumented(t *testing.T) {
	raw, err := os.ReadFile("../docs/roles.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Rights() {
		var parties []string
		for _, p := range r.Parties() {
			parties = append(parties, string(p))
		}
		row := "| `" + string(r) + "` | " + strings.Join(parties, ", ") + " |"
		if !strings.Contains(string(raw), row) {
			t.Errorf("docs/roles.md has no row that begins %q", row)
		}
	}
}
