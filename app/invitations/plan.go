package invitations

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"grassroots/models"
	"grassroots/models/reference"
)

// Plan is what comes of whom an organiser named, before anybody is invited.
type Plan struct {
	People, Addresses, Organisations int // that will be invited
	Already                          int // are invited already
	Unsubscribed                     int // want no invitations
	Bouncing                         int // to whom e-mail comes back
	Suspended                        int // may not take part now
	WithoutLead                      []string
	Often                            []string // who was invited often lately, by name
	OftenMore                        int      // and how many more

	invite []models.Invitation
	often  []string // ids of people and codes
}

// Total is how many invitations will be made.
func (p *Plan) Total() int { return p.People + p.Addresses + p.Organisations }

// oftenShown is how many of those who were invited often are named.
const oftenShown = 20

// meant is who is meant by a choice.
type meant struct {
	people    map[string]string // by id, the organisation as whose lead they are invited
	order     []string
	addresses []string
	codes     []string
	seen      map[string]bool // the addresses and codes
}

// address and code add one that is not there yet.
func (m *meant) address(a string) {
	if !m.seen["@"+a] {
		m.seen["@"+a] = true
		m.addresses = append(m.addresses, a)
	}
}

func (m *meant) code(code string) {
	if !m.seen[code] {
		m.seen[code] = true
		m.codes = append(m.codes, code)
	}
}

func (m *meant) person(id, organisation string) {
	if was, ok := m.people[id]; !ok {
		m.people[id] = organisation
		m.order = append(m.order, id)
	} else if was == "" {
		m.people[id] = organisation
	}
}

// Plan finds who is meant by a choice, and what would come of inviting them. list is
// further ones, line by line; the error of what is wrong in it names each line.
func (f *Feature) Plan(ctx context.Context, c *models.Campaign, choice models.InvitationChoice, list []models.Listed) (*Plan, error) {
	if choice.Empty() && len(list) == 0 {
		return nil, models.InvalidField("list", "Say whom to invite")
	}
	who, err := f.meant(ctx, choice, list)
	if err != nil {
		return nil, err
	}
	plan := &Plan{}
	if err := f.planOrganisations(ctx, c, who, plan); err != nil {
		return nil, err
	}
	if err := f.planAddresses(ctx, c, who, plan); err != nil {
		return nil, err
	}
	if err := f.planPeople(ctx, c, who, plan); err != nil {
		return nil, err
	}
	if n := len(plan.invite); n > models.MaxInvited {
		return nil, models.InvalidField("list", "At most 20,000 can be invited at one time. Choose fewer")
	}
	return plan, f.nameOften(ctx, plan)
}

func (f *Feature) meant(ctx context.Context, choice models.InvitationChoice, list []models.Listed) (*meant, error) {
	problems := &problems{}
	named := choice.Listed()
	m := &meant{people: map[string]string{}, seen: map[string]bool{}}
	if err := f.resolve(ctx, append(named, list...), m, problems); err != nil {
		return nil, err
	}
	f.checkLists(ctx, &choice, problems)
	if err := problems.err(); err != nil {
		return nil, err
	}
	ids, err := f.store.PeopleToInvite(ctx, choice.Roles, choice.StaffGroups, models.MaxInvited+1)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		m.person(id, "")
	}
	codes, err := f.store.OrganisationsToInvite(ctx, choice.Regions, choice.Kinds, models.MaxInvited+1)
	for _, code := range codes {
		m.code(code)
	}
	return m, err
}

// checkLists refuses what is in none of the lists.
func (f *Feature) checkLists(ctx context.Context, choice *models.InvitationChoice, p *problems) {
	for _, r := range choice.Roles {
		if !slices.Contains(models.InvitedRoles(), r) {
			p.field("roles", "Choose roles from the list")
		}
	}
	for _, g := range choice.StaffGroups {
		if !slices.Contains(reference.StaffGroupNames(), g) {
			p.field("staff_groups", "Choose staff groups from the list")
		}
	}
	for _, r := range choice.Regions {
		if !slices.Contains(regionNames(), r) {
			p.field("regions", "Choose regions from the list")
		}
	}
}

// resolve finds who is named by handle, address and code.
func (f *Feature) resolve(ctx context.Context, named []models.Listed, m *meant, p *problems) error {
	byKind := map[models.InvitationKind][]string{}
	for _, n := range named {
		byKind[n.Kind] = append(byKind[n.Kind], n.Value)
	}
	handles, err := inChunks(byKind[models.InvitedPerson], func(some []string) (map[string]string, error) { return f.store.PeopleByHandles(ctx, some) })
	if err != nil {
		return err
	}
	emails, err := inChunks(byKind[models.InvitedAddress], func(some []string) (map[string]string, error) { return f.store.PeopleByEmails(ctx, some) })
	if err != nil {
		return err
	}
	codes, err := inChunks(byKind[models.InvitedOrganisation], func(some []string) (map[string]string, error) { return f.store.OrganisationsCalled(ctx, some) })
	if err != nil {
		return err
	}
	for _, n := range named {
		switch n.Kind {
		case models.InvitedPerson:
			if id := handles[n.Value]; id != "" {
				m.person(id, "")
			} else {
				p.line(n, "people", "nobody here has the handle "+models.Truncate(n.Value, 60))
			}
		case models.InvitedAddress:
			switch id := emails[n.Value]; {
			case id != "":
				m.person(id, "")
			case !models.ValidEmail(n.Value):
				p.line(n, "addresses", "“"+models.Truncate(n.Value, 60)+"” is no e-mail address")
			case !models.EmailDomainAllowed(n.Value, f.site.EmailDomains):
				p.line(n, "addresses", "nobody can sign up here with the address "+models.Truncate(n.Value, 60)+": it is not of the domains of this site")
			default:
				m.address(n.Value)
			}
		case models.InvitedOrganisation:
			if code := codes[n.Value]; code != "" {
				m.code(code)
			} else {
				p.line(n, "organisations", "“"+models.Truncate(n.Value, 60)+"” is no organisation here, or could be several. Use its ODS code; before a handle put @")
			}
		}
	}
	return nil
}

// inChunks asks for some values at a time.
func inChunks(values []string, ask func([]string) (map[string]string, error)) (map[string]string, error) {
	out := map[string]string{}
	for some := range slices.Chunk(values, 200) {
		found, err := ask(some)
		if err != nil {
			return nil, err
		}
		for k, v := range found {
			out[k] = v
		}
	}
	return out, nil
}

func (f *Feature) planOrganisations(ctx context.Context, c *models.Campaign, m *meant, plan *Plan) error {
	invited, times, err := f.store.InvitedOrganisations(ctx, c.ID, m.codes, f.since())
	if err != nil {
		return err
	}
	leads, err := f.store.LeadsOfAll(ctx, m.codes)
	if err != nil {
		return err
	}
	for _, code := range m.codes {
		for _, id := range leads[code] {
			m.person(id, code)
		}
		if invited[code] {
			plan.Already++
			continue
		}
		state := models.InvitationWaiting
		if len(leads[code]) == 0 {
			state = models.InvitationLeftOut
			plan.WithoutLead = append(plan.WithoutLead, code)
		}
		plan.Organisations++
		plan.invite = append(plan.invite, models.Invitation{Kind: models.InvitedOrganisation, Organisation: code, State: state})
		if times[code] >= models.InvitedOften {
			plan.often = append(plan.often, code)
		}
	}
	return nil
}

func (f *Feature) planAddresses(ctx context.Context, c *models.Campaign, m *meant, plan *Plan) error {
	invited, stopped, refused, err := f.store.InvitedAddresses(ctx, c.ID, m.addresses)
	if err != nil {
		return err
	}
	for _, a := range m.addresses {
		switch {
		case invited[a]:
			plan.Already++
		case refused[a]:
			plan.Suspended++
		case stopped[a]:
			plan.Unsubscribed++
		default:
			plan.Addresses++
			plan.invite = append(plan.invite, models.Invitation{Kind: models.InvitedAddress, Address: a, State: models.InvitationWaiting})
		}
	}
	return nil
}

func (f *Feature) planPeople(ctx context.Context, c *models.Campaign, m *meant, plan *Plan) error {
	known, err := f.store.Invitees(ctx, c.ID, m.order, f.since())
	if err != nil {
		return err
	}
	for _, id := range m.order {
		switch one, open := known[id]; {
		case !open:
		case one.Invited:
			plan.Already++
		case one.Suspended:
			plan.Suspended++
		case one.Unsubscribed:
			plan.Unsubscribed++
		case one.Bouncing:
			plan.Bouncing++
		default:
			plan.People++
			plan.invite = append(plan.invite, models.Invitation{Kind: models.InvitedPerson, PersonID: id, Organisation: m.people[id], State: models.InvitationWaiting})
			if one.Times >= models.InvitedOften {
				plan.often = append(plan.often, id)
			}
		}
	}
	return nil
}

// nameOften names some of those who were invited often lately.
func (f *Feature) nameOften(ctx context.Context, plan *Plan) error {
	plan.OftenMore = max(0, len(plan.often)-oftenShown)
	some := plan.often[:len(plan.often)-plan.OftenMore]
	people, err := f.store.PeopleByIDs(ctx, some)
	if err != nil {
		return err
	}
	for _, p := range people {
		plan.Often = append(plan.Often, p.Name)
	}
	names, err := f.store.OrganisationNames(ctx, append(slices.Clone(some), plan.WithoutLead[:min(len(plan.WithoutLead), oftenShown)]...))
	if err != nil {
		return err
	}
	for _, code := range some {
		if name := names[code]; name != "" && !slices.Contains(plan.WithoutLead, code) {
			plan.Often = append(plan.Often, name)
		}
	}
	for i, code := range plan.WithoutLead {
		if names[code] != "" {
			plan.WithoutLead[i] = names[code]
		}
	}
	slices.Sort(plan.Often)
	return nil
}

// problems collects what is wrong with a choice: by line for a list, else by field.
type problems struct {
	fields []models.FieldError
	more   int
}

// mostProblems is how many problems are told at once.
const mostProblems = 50

func (p *problems) field(name, message string) {
	if len(p.fields) >= mostProblems {
		p.more++
		return
	}
	p.fields = append(p.fields, models.FieldError{Field: name, Message: message})
}

// line reports a problem with somebody named on a line, or without one in a field.
func (p *problems) line(n models.Listed, field, message string) {
	if n.Line == 0 {
		p.field(field, models.UpperFirst(message))
		return
	}
	p.field("list", lineMessage(n.Line, message))
}

func (p *problems) err() error {
	if len(p.fields) == 0 {
		return nil
	}
	slices.SortStableFunc(p.fields, func(a, b models.FieldError) int { return cmp.Compare(lineOf(a), lineOf(b)) })
	message := "Nobody was invited: some of it needs your attention."
	if p.more > 0 {
		message = "Nobody was invited. Only the first 50 problems are shown."
	}
	return &models.Error{Kind: models.Invalid, Message: message, Fields: p.fields}
}

func regionNames() []string {
	var out []string
	for _, r := range reference.Regions() {
		out = append(out, r.Name)
	}
	return out
}

// lineMessage is what is wrong with a line of a list.
func lineMessage(n int, message string) string {
	return "line " + strconv.Itoa(n) + ": " + message
}

// lineOf gives the line that a message is about; what is about none comes after.
func lineOf(e models.FieldError) int {
	number, _, _ := strings.Cut(strings.TrimPrefix(e.Message, "line "), ":")
	if n, err := strconv.Atoi(number); err == nil {
		return n
	}
	return math.MaxInt
}
