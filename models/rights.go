package models

import "slices"

// Right is something that a person may do, or may not.
type Right string

// The rights. What each needs is in the table of rights below, and nowhere else.
const (
	Browse           Right = "browse"            // read what is there for everybody, and sign in
	TakePart         Right = "take-part"         // post, vote, comment, and keep what is one's own
	ReadPublic       Right = "read-public"       // a case study that everybody may read
	ReadSignedIn     Right = "read-signed-in"    // a case study for everybody who signs in
	ReadOrganisation Right = "read-organisation" // a case study for its organisation alone
	ReadWithdrawn    Right = "read-withdrawn"    // a case study that was withdrawn
	EditStudy        Right = "edit-study"        // a case study, its draft and its files
	WithdrawStudy    Right = "withdraw-study"    // take a case study from readers, and bring it back
	ReadCollection   Right = "read-collection"   // a collection for its editors alone, or that a moderator has hidden
	EditCollection   Right = "edit-collection"   // a collection and what is in it
	KeepCollection   Right = "keep-collection"   // delete a collection, and choose its editors
	MarkReadingList  Right = "mark-reading-list" // say that a collection is the reading list of an organisation
	RunCampaign      Right = "run-campaign"      // make and change campaigns, and read their drafts
	ConfirmColleague Right = "confirm-colleague" // say that a person works at an organisation
	KeepChannels     Right = "keep-channels"     // say where teams of an organisation are told of case studies
	Decide           Right = "decide"            // say what became of a case study
	SeeWaiting       Right = "see-waiting"       // ideas that have waited for a first response for too long
	SeeLeading       Right = "see-leading"       // what waits, is tried and is overdue at an organisation, on one page
	SetPriorities    Right = "set-priorities"    // say what matters to an organisation
	SetResponseTime  Right = "set-response-time" // say within how many days ideas of an organisation are answered
	AnswerOfficially Right = "answer-officially" // mark an own comment as the official response
	MarkHelpful      Right = "mark-helpful"      // say that a comment of somebody else helped
	EditComment      Right = "edit-comment"
	DeleteComment    Right = "delete-comment"
	SayInterest      Right = "say-interest"    // say that an organisation is interested in a case study, and look after what becomes of it
	RunAdoption      Right = "run-adoption"    // change what an organisation says of how it tries or uses a case study
	KeepVocabulary   Right = "keep-vocabulary" // systems and standards
	Moderate         Right = "moderate"        // look at what was reported, and decide
	Administer       Right = "administer"      // settings, people, roles, imports, exports, exchange, webhooks
	Watch            Right = "watch"           // read the figures of how the program runs
)

// Party is whom a right is given to: a role, or what somebody is to the thing
// in question.
type Party string

// The parties.
const (
	PartyAnyone       Party = "anyone"
	PartySignedIn     Party = "signed-in"     // every member
	PartyStaff        Party = "staff"         // whose profile names the organisation that adopts
	PartyAuthor       Party = "author"        // who posted or wrote it; of an adoption its owner
	PartyCoAuthor     Party = "co-author"     // whom a case study names as an author
	PartyColleague    Party = "colleague"     // of whom it is confirmed that they work at the organisation where it happens
	PartyLead         Party = "lead"          // a lead of the organisation where it happens
	PartyOrganiser    Party = "organiser"     // who runs campaigns
	PartyModerator    Party = "moderator"     //
	PartyAdmin        Party = "admin"         //
	PartyLocalProgram Party = "local-program" // on this machine or its private network, without a proxy between
)

// rights is the one table that says who may do what: any of the parties may.
// docs/roles.md shows it, held by a test.
var rights = map[Right][]Party{
	Browse:           {PartyAnyone},
	TakePart:         {PartySignedIn},
	ReadPublic:       {PartyAnyone},
	ReadSignedIn:     {PartySignedIn},
	ReadOrganisation: {PartyAuthor, PartyCoAuthor, PartyColleague, PartyLead, PartyModerator, PartyAdmin},
	ReadWithdrawn:    {PartyAuthor, PartyCoAuthor, PartyLead, PartyModerator, PartyAdmin},
	EditStudy:        {PartyAuthor, PartyCoAuthor, PartyLead},
	WithdrawStudy:    {PartyAuthor, PartyCoAuthor, PartyLead},
	ReadCollection:   {PartyAuthor, PartyCoAuthor, PartyModerator, PartyAdmin},
	EditCollection:   {PartyAuthor, PartyCoAuthor},
	KeepCollection:   {PartyAuthor},
	MarkReadingList:  {PartyLead, PartyAdmin},
	RunCampaign:      {PartyOrganiser, PartyAdmin},
	ConfirmColleague: {PartyLead, PartyAdmin},
	KeepChannels:     {PartyLead, PartyAdmin},
	Decide:           {PartyAuthor, PartyCoAuthor, PartyLead},
	SeeWaiting:       {PartyLead, PartyModerator, PartyAdmin},
	SeeLeading:       {PartyLead, PartyAdmin},
	SetPriorities:    {PartyLead, PartyAdmin},
	SetResponseTime:  {PartyLead, PartyAdmin},
	AnswerOfficially: {PartyAuthor, PartyCoAuthor, PartyLead},
	MarkHelpful:      {PartyAuthor, PartyCoAuthor},
	EditComment:      {PartyAuthor},
	DeleteComment:    {PartyAuthor},
	SayInterest:      {PartyStaff, PartyLead, PartyAdmin},
	RunAdoption:      {PartyAuthor, PartyLead, PartyAdmin},
	KeepVocabulary:   {PartyModerator, PartyAdmin},
	Moderate:         {PartyModerator, PartyAdmin},
	Administer:       {PartyAdmin},
	Watch:            {PartyLocalProgram, PartyAdmin},
}

// Rights lists every right.
func Rights() []Right {
	return []Right{Browse, TakePart, ReadPublic, ReadSignedIn, ReadOrganisation, ReadWithdrawn, EditStudy, WithdrawStudy, ReadCollection, EditCollection, KeepCollection, MarkReadingList, RunCampaign, ConfirmColleague, KeepChannels, Decide, SeeWaiting, SeeLeading, SetPriorities, SetResponseTime, AnswerOfficially, MarkHelpful, EditComment, DeleteComment, SayInterest, RunAdoption,
		KeepVocabulary, Moderate, Administer, Watch}
}

// Parties gives who has a right; none for what is no right.
func (r Right) Parties() []Party { return slices.Clone(rights[r]) }

// OfMembers tells whether every member has the right over something.
func (r Right) OfMembers() bool { return (&Person{}).MightDo(r) }

// Subject is what a right is about, as far as it matters who may.
type Subject struct {
	AuthorID     string // who posted or wrote it
	Organisation string // ODS code of where it happens
	CoAuthor     bool   // whether the person asked about is one of its authors
}

// Subject gives a case study as a subject of rights. Whether a person is one of
// its co-authors is for the caller to add.
func (cs *CaseStudy) Subject() Subject {
	return Subject{AuthorID: cs.OwnerID, Organisation: cs.Organisation}
}

// Subject gives a comment as a subject of rights.
func (c *Comment) Subject() Subject { return Subject{AuthorID: c.AuthorID} }

// May tells whether a person, nil for somebody who is not signed in, has a
// right over a subject.
func (p *Person) May(r Right, s Subject) bool {
	return slices.ContainsFunc(rights[r], func(party Party) bool { return p.isParty(party, s) })
}

// MightDo tells whether there is anything at all over which the person has a
// right: what can be told before the subject is known.
func (p *Person) MightDo(r Right) bool {
	return slices.ContainsFunc(rights[r], func(party Party) bool {
		switch party {
		case PartyAuthor, PartyCoAuthor:
			return p != nil
		case PartyStaff:
			return p != nil && p.Organisation != ""
		case PartyColleague:
			return p != nil && p.Confirmed != ""
		case PartyLead:
			return p.Has(RoleLead)
		case PartyLocalProgram:
			return true
		}
		return p.isParty(party, Subject{})
	})
}

func (p *Person) isParty(party Party, s Subject) bool {
	switch party {
	case PartyAnyone:
		return true
	case PartySignedIn:
		return p != nil
	case PartyAuthor:
		return p != nil && s.AuthorID != "" && p.ID == s.AuthorID
	case PartyCoAuthor:
		return p != nil && s.CoAuthor
	case PartyStaff:
		return p != nil && s.Organisation != "" && p.Organisation == s.Organisation
	case PartyColleague:
		return p.WorksAt(s.Organisation)
	case PartyLead:
		return p.Leads(s.Organisation)
	case PartyOrganiser:
		return p.Has(RoleOrganiser)
	case PartyModerator:
		return p.Has(RoleModerator)
	case PartyAdmin:
		return p.Has(RoleAdmin)
	}
	return false
}

// WorksAt tells whether it is confirmed that the person works at the
// organisation with an ODS code. What people say of themselves in their profile
// is not enough, since anybody could say it.
func (p *Person) WorksAt(organisation string) bool {
	return p != nil && organisation != "" && p.Confirmed == organisation
}

// LeadOf gives the codes of the organisations that the person leads, in their order.
func (p *Person) LeadOf() (codes []string) {
	if p == nil {
		return nil
	}
	for _, g := range p.Grants {
		if g.Role == RoleLead && g.Organisation != "" {
			codes = append(codes, g.Organisation)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Leads tells whether the person is a lead of the organisation with an ODS
// code.
func (p *Person) Leads(organisation string) bool {
	return p != nil && organisation != "" && slices.Contains(p.Grants, Grant{Role: RoleLead, Organisation: organisation})
}
