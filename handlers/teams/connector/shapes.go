package connector

import "maps"

// members merges lists of members.
func members(lists ...map[string]check) map[string]check {
	all := map[string]check{}
	for _, l := range lists {
		maps.Copy(all, l)
	}
	return all
}

// allShapes is what Adaptive Cards 1.5 consist of as far as Teams shows them:
// media and isEnabled are missing, since Teams leaves them out.
func (v *validator) allShapes() map[string]shape {
	all := map[string]shape{}
	maps.Copy(all, v.elementShapes())
	maps.Copy(all, v.inputShapes())
	maps.Copy(all, v.actionShapes())
	return all
}

func (v *validator) styles() check {
	return v.among("default", "emphasis", "good", "attention", "warning", "accent")
}

// element is what every element may have.
func (v *validator) element() map[string]check {
	return map[string]check{
		"type": v.text, "id": v.text, "fallback": v.fallback, "requires": v.any, "separator": v.yesNo, "isVisible": v.yesNo,
		"height":  v.among("auto", "stretch"),
		"spacing": v.among("none", "small", "default", "medium", "large", "extraLarge", "padding"),
	}
}

// letters is what every text may have.
func (v *validator) letters() map[string]check {
	return map[string]check{
		"text": v.text, "isSubtle": v.yesNo,
		"color":    v.among("default", "dark", "light", "accent", "good", "warning", "attention"),
		"fontType": v.among("default", "monospace"),
		"size":     v.among("default", "small", "medium", "large", "extraLarge"),
		"weight":   v.among("default", "lighter", "bolder"),
	}
}

// box is what every container may have.
func (v *validator) box() map[string]check {
	return map[string]check{
		"items": v.list(""), "style": v.styles(), "bleed": v.yesNo, "minHeight": v.text, "rtl": v.yesNo,
		"selectAction": v.one(""), "backgroundImage": v.any, "verticalContentAlignment": v.vertical(),
	}
}

func (v *validator) horizontal() check { return v.among("left", "center", "right") }
func (v *validator) vertical() check   { return v.among("top", "center", "bottom") }

func (v *validator) elementShapes() map[string]shape {
	element, letters, box := v.element(), v.letters(), v.box()
	delete(letters, "type")
	return map[string]shape{
		"AdaptiveCard": {members(map[string]check{
			"type": v.among("AdaptiveCard"), "version": v.text, "$schema": v.text, "body": v.list(""), "actions": v.list("Action."),
			"selectAction": v.one(""), "fallbackText": v.text, "minHeight": v.text, "rtl": v.yesNo, "speak": v.text, "lang": v.text,
			"backgroundImage": v.any, "verticalContentAlignment": v.vertical(), "refresh": v.any, "metadata": v.any, "msteams": v.teams,
		}), []string{"type"}},
		"TextBlock": {members(element, letters, map[string]check{
			"horizontalAlignment": v.horizontal(), "maxLines": v.count, "wrap": v.yesNo, "style": v.among("default", "heading"),
		}), []string{"text"}},
		"RichTextBlock": {members(element, map[string]check{"inlines": v.inlines, "horizontalAlignment": v.horizontal()}), []string{"inlines"}},
		"TextRun": {members(letters, map[string]check{
			"type": v.text, "highlight": v.yesNo, "italic": v.yesNo, "strikethrough": v.yesNo, "underline": v.yesNo, "selectAction": v.one(""),
		}), []string{"type", "text"}},
		"Image": {members(element, map[string]check{
			"url": v.text, "altText": v.text, "backgroundColor": v.text, "width": v.text, "height": v.text, "selectAction": v.one(""),
			"horizontalAlignment": v.horizontal(), "size": v.among("auto", "stretch", "small", "medium", "large"), "style": v.among("default", "person"),
		}), []string{"url", "altText"}},
		"ImageSet": {members(element, map[string]check{
			"images": v.list("", "Image"), "imageSize": v.among("auto", "stretch", "small", "medium", "large"),
		}), []string{"images"}},
		"Container": {members(element, box), []string{"items"}},
		"ColumnSet": {members(element, map[string]check{
			"columns": v.list("", "Column"), "style": v.styles(), "bleed": v.yesNo, "minHeight": v.text, "selectAction": v.one(""),
			"horizontalAlignment": v.horizontal(),
		}), []string{"columns"}},
		"Column":    {members(element, box, map[string]check{"width": v.any}), nil},
		"FactSet":   {members(element, map[string]check{"facts": v.list("", "Fact")}), []string{"facts"}},
		"Fact":      {map[string]check{"type": v.text, "title": v.text, "value": v.text}, []string{"title", "value"}},
		"ActionSet": {members(element, map[string]check{"actions": v.list("Action."), "horizontalAlignment": v.horizontal()}), []string{"actions"}},
		"Table": {members(element, map[string]check{
			"columns": v.list("", "TableColumn"), "rows": v.list("", "TableRow"), "firstRowAsHeader": v.yesNo, "showGridLines": v.yesNo,
			"gridStyle": v.styles(), "horizontalCellContentAlignment": v.horizontal(), "verticalCellContentAlignment": v.vertical(),
		}), []string{"columns", "rows"}},
		"TableColumn": {map[string]check{
			"type": v.text, "width": v.any, "horizontalCellContentAlignment": v.horizontal(), "verticalCellContentAlignment": v.vertical(),
		}, nil},
		"TableRow": {map[string]check{
			"type": v.text, "cells": v.list("", "TableCell"), "style": v.styles(),
			"horizontalCellContentAlignment": v.horizontal(), "verticalCellContentAlignment": v.vertical(),
		}, []string{"type", "cells"}},
		"TableCell": {members(box, map[string]check{"type": v.text}), []string{"type", "items"}},
	}
}

func (v *validator) inputShapes() map[string]shape {
	field := members(v.element(), map[string]check{"label": v.text, "isRequired": v.yesNo, "errorMessage": v.text})
	between := map[string]check{"min": v.text, "max": v.text, "placeholder": v.text, "value": v.text}
	return map[string]shape{
		"Input.Text": {members(field, map[string]check{
			"isMultiline": v.yesNo, "maxLength": v.count, "placeholder": v.text, "regex": v.pattern, "value": v.text,
			"style": v.among("text", "tel", "url", "email", "password"), "inlineAction": v.one(""),
		}), []string{"id"}},
		"Input.Number": {members(field, map[string]check{"min": v.number, "max": v.number, "placeholder": v.text, "value": v.number}), []string{"id"}},
		"Input.Date":   {members(field, between), []string{"id"}},
		"Input.Time":   {members(field, between), []string{"id"}},
		"Input.Toggle": {members(field, map[string]check{
			"title": v.text, "value": v.text, "valueOn": v.text, "valueOff": v.text, "wrap": v.yesNo,
		}), []string{"id", "title"}},
		"Input.ChoiceSet": {members(field, map[string]check{
			"choices": v.list("", "Choice"), "choices.data": v.one("Data.Query"), "isMultiSelect": v.yesNo, "placeholder": v.text, "value": v.text,
			"style": v.among("compact", "expanded", "filtered"), "wrap": v.yesNo,
		}), []string{"id"}},
		"Choice":     {map[string]check{"type": v.text, "title": v.text, "value": v.text}, []string{"title", "value"}},
		"Data.Query": {map[string]check{"type": v.text, "dataset": v.text, "count": v.count, "skip": v.count}, []string{"type", "dataset"}},
	}
}

func (v *validator) actionShapes() map[string]shape {
	action := map[string]check{
		"type": v.text, "id": v.text, "title": v.text, "iconUrl": v.text, "tooltip": v.text, "fallback": v.fallback, "requires": v.any,
		"style": v.among("default", "positive", "destructive"), "mode": v.among("primary", "secondary"),
	}
	press := members(action, map[string]check{"data": v.data, "associatedInputs": v.among("auto", "none")})
	return map[string]shape{
		"Action.Execute":          {members(press, map[string]check{"verb": v.text}), []string{"title"}},
		"Action.Submit":           {press, []string{"title"}},
		"Action.OpenUrl":          {members(action, map[string]check{"url": v.text}), []string{"title", "url"}},
		"Action.ShowCard":         {members(action, map[string]check{"card": v.one("AdaptiveCard")}), []string{"title", "card"}},
		"Action.ToggleVisibility": {members(action, map[string]check{"targetElements": v.any}), []string{"title", "targetElements"}},
	}
}
