package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/bits"
)

// bbolt trusts its file: a page that is not what it was makes it panic, run out
// of memory or fault on a goroutine of its own. This file reads bbolt's format
// (version 2, which it has had since 2014) without it, from a plain reader and
// with every number checked, so that a file can be judged before bbolt opens it
// and a damaged one can be told from a sound one without risk. It takes one bit
// of memory a page.

// What is in bbolt's pages.
const (
	pageHeader  = 16
	elementSize = 16
	bucketSize  = 16 // a bucket's root page and its sequence

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10

	bucketElement = 0x01

	metaMagic   = 0xED0CDAED
	metaVersion = 2
	metaSize    = 64
	metaPages   = 2
	noFreelist  = ^uint64(0)

	minPageSize = 1024
	maxPageSize = 16 << 20
)

// native is the byte order of a file: that of the machine it was written on.
var native = binary.NativeEndian

// A metaInfo is what a file says of itself.
type metaInfo struct {
	pageSize int64
	root     uint64
	freelist uint64
	pages    uint64 // how many there are, used or free
	tx       uint64
}

// readMeta returns what the newer of the two meta pages that are sound says.
func readMeta(file io.ReaderAt) (metaInfo, error) {
	best, found := metaInfo{}, false

	for _, offset := range metaOffsets(file) {
		info, err := readMetaAt(file, offset)
		if err == nil && (!found || info.tx > best.tx) {
			best, found = info, true
		}
	}

	if !found {
		return metaInfo{}, errors.New("neither of its two meta pages is sound")
	}

	return best, nil
}

// metaOffsets lists where meta pages may be: at the start, and one page further,
// whose size is only known if the first is sound.
func metaOffsets(file io.ReaderAt) []int64 {
	if first, err := readMetaAt(file, 0); err == nil {
		return []int64{0, first.pageSize}
	}

	var offsets []int64
	for size := int64(minPageSize); size <= maxPageSize; size *= 2 {
		offsets = append(offsets, size)
	}

	return offsets
}

func readMetaAt(file io.ReaderAt, offset int64) (metaInfo, error) {
	var page [pageHeader + metaSize]byte
	if _, err := file.ReadAt(page[:], offset); err != nil {
		return metaInfo{}, err
	}

	b := page[pageHeader:]
	sum := fnv.New64a()
	sum.Write(b[:metaSize-8])

	info := metaInfo{
		pageSize: int64(native.Uint32(b[8:])),
		root:     native.Uint64(b[16:]),
		freelist: native.Uint64(b[32:]),
		pages:    native.Uint64(b[40:]),
		tx:       native.Uint64(b[48:]),
	}

	switch {
	case native.Uint32(b) != metaMagic || native.Uint32(b[4:]) != metaVersion:
		return metaInfo{}, errors.New("not a meta page")
	case native.Uint64(b[56:]) != sum.Sum64():
		return metaInfo{}, errSum
	case info.pageSize < minPageSize || info.pageSize > maxPageSize || info.pageSize&(info.pageSize-1) != 0:
		return metaInfo{}, fmt.Errorf("a page size of %d", info.pageSize)
	default:
		return info, nil
	}
}

// A page is one page with what it flows over into.
type page struct {
	id    uint64
	flags uint16
	count int
	data  []byte // all of it, with the header
	own   uint64 // how many pages it takes
}

// An element is one entry of a page.
type element struct {
	key   []byte
	value []byte // of a leaf
	child uint64 // of a branch
	tree  bool   // of a leaf: the value is a bucket
}

// element returns an entry, an error if it is not within the page.
func (p *page) element(i int) (element, error) {
	at := pageHeader + i*elementSize
	b := p.data[at:]

	var e element

	pos, keySize, valueSize := native.Uint32(b), native.Uint32(b[4:]), uint32(0)
	if p.flags == branchPage {
		e.child = native.Uint64(b[8:])
	} else {
		e.tree = pos&bucketElement != 0
		pos, keySize, valueSize = native.Uint32(b[4:]), native.Uint32(b[8:]), native.Uint32(b[12:])
	}

	start := int64(at) + int64(pos)
	end := start + int64(keySize) + int64(valueSize)

	if start < int64(pageHeader+p.count*elementSize) || end > int64(len(p.data)) {
		return element{}, fmt.Errorf("element %d of page %d lies outside of it", i, p.id)
	}

	e.key = p.data[start : start+int64(keySize)]
	e.value = p.data[start+int64(keySize) : end]

	return e, nil
}

// A pager reads the pages of a file and remembers which were reached.
type pager struct {
	file io.ReaderAt
	meta metaInfo
	seen []uint64 // one bit a page
}

// newPager checks that the file is as long as it says.
func newPager(file io.ReaderAt, size int64) (*pager, error) {
	info, err := readMeta(file)
	if err != nil {
		return nil, err
	}

	if info.pages < 3 || info.pages > uint64(size/info.pageSize) {
		return nil, fmt.Errorf("it should have %d pages of %d bytes, and has %d bytes: it was cut off",
			info.pages, info.pageSize, size)
	}

	return &pager{file: file, meta: info}, nil
}

// read returns a page of one of the kinds that are asked for.
func (r *pager) read(id uint64, kinds uint16) (*page, error) {
	if id < metaPages || id >= r.meta.pages {
		return nil, fmt.Errorf("there is no page %d", id)
	}

	data := make([]byte, r.meta.pageSize)
	if _, err := r.file.ReadAt(data, int64(id)*r.meta.pageSize); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}

	p := &page{id: id, data: data, own: 1 + uint64(native.Uint32(data[12:]))}
	if p.own > r.meta.pages-id {
		return nil, fmt.Errorf("page %d flows over the end of the file", id)
	}

	if err := p.parse(kinds); err != nil {
		return nil, err
	}

	if p.own == 1 {
		return p, nil
	}

	p.data = make([]byte, int64(p.own)*r.meta.pageSize)
	if _, err := r.file.ReadAt(p.data, int64(id)*r.meta.pageSize); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}

	return p, nil
}

// parse reads the header of a page.
func (p *page) parse(kinds uint16) error {
	p.flags = native.Uint16(p.data[8:])
	p.count = int(native.Uint16(p.data[10:]))

	switch {
	case native.Uint64(p.data) != p.id:
		return fmt.Errorf("page %d says that it is another one", p.id)
	case p.flags&kinds == 0 || p.flags&(p.flags-1) != 0:
		return fmt.Errorf("page %d is of an unexpected kind (%#x)", p.id, p.flags)
	case p.flags&(branchPage|leafPage) != 0 && pageHeader+p.count*elementSize > len(p.data)*int(p.own):
		return fmt.Errorf("page %d is too short for what it says to hold", p.id)
	}

	return nil
}

// free returns the pages that are free, in order.
func (r *pager) free() ([]uint64, error) {
	if r.meta.freelist == noFreelist {
		return nil, nil
	}

	p, err := r.read(r.meta.freelist, freelistPage)
	if err != nil {
		return nil, err
	}

	ids, count := p.data[pageHeader:], uint64(p.count)
	if count == 0xFFFF {
		ids, count = ids[8:], native.Uint64(ids)
	}

	if count > uint64(len(ids)/8) {
		return nil, errors.New("the list of free pages is cut off")
	}

	free := make([]uint64, count)
	for i := range free {
		free[i] = native.Uint64(ids[i*8:])
		if free[i] < metaPages || free[i] >= r.meta.pages || i > 0 && free[i] <= free[i-1] {
			return nil, errors.New("the list of free pages is damaged")
		}
	}

	return free, nil
}

// A visitor is shown all that is in a file, bucket by bucket and in order.
type visitor struct {
	bucket  func(name string, sequence uint64)
	record  func(name string, key, value []byte)
	problem func(error)
}

// walk visits the whole file and judges its structure.
func (r *pager) walk(v visitor) {
	r.seen = make([]uint64, r.meta.pages/64+1)

	r.tree(r.meta.root, bounds{}, func(e element) {
		if !e.tree {
			v.problem(errors.New("there is a record outside of the buckets"))
			return
		}

		r.bucket(string(e.key), e.value, v)
	}, v.problem)

	r.leftOver(v.problem)
}

// bucket visits the records of a bucket. Small buckets are kept within the page
// that names them.
func (r *pager) bucket(name string, value []byte, v visitor) {
	if len(value) < bucketSize {
		v.problem(fmt.Errorf("bucket %q: %w", name, errShort))
		return
	}

	root, sequence := native.Uint64(value), native.Uint64(value[8:])
	problem := func(err error) { v.problem(fmt.Errorf("bucket %q: %w", name, err)) }

	visit := func(e element) {
		if e.tree {
			problem(errors.New("there is a bucket in the bucket"))
			return
		}

		v.record(name, e.key, e.value)
	}

	if root != 0 {
		r.tree(root, bounds{}, visit, problem)
	} else {
		inline(value[bucketSize:], visit, problem)
	}

	v.bucket(name, sequence)
}

func inline(data []byte, visit func(element), problem func(error)) {
	if len(data) < pageHeader {
		problem(errShort)
		return
	}

	p := &page{data: data, own: 1}
	if err := p.parse(leafPage); err != nil {
		problem(err)
		return
	}

	p.leaf(bounds{}, visit, problem)
}

// bounds are between which keys the keys of a page lie. Nil is no bound.
type bounds struct {
	from, to []byte // to is exclusive
}

func (b bounds) hold(key []byte) bool {
	return (b.from == nil || bytes.Compare(key, b.from) >= 0) && (b.to == nil || bytes.Compare(key, b.to) < 0)
}

// tree visits the elements of all leaves below a page.
func (r *pager) tree(id uint64, within bounds, visit func(element), problem func(error)) {
	p, err := r.read(id, branchPage|leafPage)
	if err != nil {
		problem(err)
		return
	}

	if !r.reach(p) {
		problem(fmt.Errorf("page %d is used twice", id))
		return
	}

	if p.flags == leafPage {
		p.leaf(within, visit, problem)
		return
	}

	children, err := p.children(within)
	if err != nil {
		problem(err)
		return
	}

	for i, child := range children {
		below := bounds{from: child.key, to: within.to}
		if i+1 < len(children) {
			below.to = children[i+1].key
		}

		r.tree(child.child, below, visit, problem)
	}
}

// leaf visits the elements of a leaf.
func (p *page) leaf(within bounds, visit func(element), problem func(error)) {
	var last []byte

	for i := range p.count {
		e, err := p.element(i)
		if err != nil {
			problem(err)
			continue
		}

		if !within.hold(e.key) || i > 0 && bytes.Compare(e.key, last) <= 0 {
			problem(fmt.Errorf("element %d of page %d is out of order", i, p.id))
		}

		last = e.key
		visit(e)
	}
}

// children returns the elements of a branch.
func (p *page) children(within bounds) ([]element, error) {
	if p.count == 0 {
		return nil, fmt.Errorf("page %d is a branch without children", p.id)
	}

	children := make([]element, p.count)

	for i := range children {
		e, err := p.element(i)
		if err != nil {
			return nil, err
		}

		if !within.hold(e.key) || i > 0 && bytes.Compare(e.key, children[i-1].key) <= 0 {
			return nil, fmt.Errorf("element %d of page %d is out of order", i, p.id)
		}

		children[i] = e
	}

	return children, nil
}

// reach marks a page as used and reports whether it was not before.
func (r *pager) reach(p *page) bool {
	for id := p.id; id < p.id+p.own; id++ {
		if r.seen[id/64]&(1<<(id%64)) != 0 {
			return false
		}

		r.seen[id/64] |= 1 << (id % 64)
	}

	return true
}

// leftOver checks that what was not reached is free, and nothing else.
func (r *pager) leftOver(problem func(error)) {
	free, err := r.free()
	if err != nil {
		problem(err)
		return
	}

	if r.meta.freelist == noFreelist {
		return
	}

	list, _ := r.read(r.meta.freelist, freelistPage) // free has just read it
	if !r.reach(list) {
		problem(errors.New("the list of free pages lies on other pages"))
	}

	for _, id := range free {
		if !r.reach(&page{id: id, own: 1}) {
			problem(fmt.Errorf("page %d is used although it is free", id))
		}
	}

	if lost := r.meta.pages - metaPages - r.reached(); lost != 0 {
		problem(fmt.Errorf("%d pages are neither used nor free", lost))
	}
}

// reached returns how many pages were.
func (r *pager) reached() uint64 {
	count := 0
	for _, word := range r.seen {
		count += bits.OnesCount64(word)
	}

	return uint64(count)
}
