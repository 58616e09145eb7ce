package storetest

import (
	"fmt"
	"reflect"
	"time"
)

// Fill sets every exported field of what it is pointed at, and of what that
// holds, to something of its own: a record that comes back equal lost none. It
// panics at a kind of field that it does not know.
func Fill(into any) {
	filler := filler{}
	filler.fill(reflect.ValueOf(into).Elem(), "")
}

// A filler counts, so that no two fields get the same.
type filler struct{ n int64 }

var timeType = reflect.TypeFor[time.Time]()

func (f *filler) fill(v reflect.Value, name string) {
	f.n++

	if v.Type() == timeType {
		v.Set(reflect.ValueOf(start.Add(time.Duration(f.n)*time.Hour + time.Duration(f.n))))
		return
	}

	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s %d", name, f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.n)
	case reflect.Uint, reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(f.n) & (1<<v.Type().Bits() - 1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i), name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), v.Type().Field(i).Name)
		}
	default:
		panic(fmt.Sprintf("storetest: can't fill %s, a %v", name, v.Type()))
	}
}
