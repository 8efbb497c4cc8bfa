using System.Globalization;

namespace SaliencyCluster.Reporting.Drawings;

/// <summary>One unit or layer: its restarts beside each other, their scores by step, and how far they are from each other.</summary>
internal static class DrawnUnitSection
{
    public static string Of(DrawnUnit unit, int index, bool inverts)
    {
        var shown = unit.Restarts.Where(r => r.Frames.Any(f => f.Picture is not null)).ToList();
        var steps = unit.Restarts[0].Frames.Select(f => f.Step);
        var rest = unit.Restarts.Except(shown).ToList();
        return Html.Element("section",
            Html.Element("h2", Html.Text(unit.Name)) + "\n"
            + (Verdict(unit, inverts) is { Length: > 0 } verdict ? Html.Element("p", Html.Text(verdict), "class=\"verdict\"") : "")
            + (shown.Count == 0 ? "" : Scrubber(unit.Name))
            + Html.Element("div", string.Concat(shown.Select(r => Restart(unit, r, inverts))), "class=\"restarts\"")
            + (rest.Count == 0 ? "" : Html.Element("div", string.Concat(rest.Select(r => End(unit, r, inverts))), "class=\"ends\""))
            + TracePlot.Svg(unit, inverts)
            + DistanceTables.Of(unit, inverts)
            + Html.Element("details", Html.Element("summary", "Options and cost") + Page.Facts(Options(unit))),
            $"id=\"unit-{index}\" class=\"unit\" data-steps=\"{string.Join(',', steps)}\"") + "\n";
    }

    private static string Scrubber(string name) => $"""
        <div class="scrubber" hidden>
        <button type="button" aria-pressed="false">Play</button>
        <input type="range" min="0" step="1" aria-label="Step of {Html.Text(name)}">
        <output></output>
        </div>

        """;

    private static string Restart(DrawnUnit unit, DrawnRestart restart, bool inverts) => Html.Element("article",
        Heading(unit, restart) + Html.Element("div", string.Concat(restart.Frames.Index().Select(f => Html.Element("figure",
            (f.Item.Picture is { } picture ? Page.Picture(picture, $"{unit.Name}, restart {restart.Number}, step {f.Item.Step}") : "")
            + Html.Element("figcaption", Html.Text($"step {f.Item.Step}: {Value(f.Item.Value, inverts)}")),
            $"data-frame=\"{f.Index}\""))), "class=\"frames\" tabindex=\"0\"")
        + Html.Element("p", Html.Text(Said(restart, inverts))));

    private static string End(DrawnUnit unit, DrawnRestart restart, bool inverts) => Html.Element("article", Heading(unit, restart)
        + (restart.Saved is { } saved ? Page.Picture(saved, $"{unit.Name}, restart {restart.Number}") : "")
        + Html.Element("p", Html.Text(Said(restart, inverts))));

    private static string Heading(DrawnUnit unit, DrawnRestart restart) => unit.Restarts.Count == 1 ? ""
        : Html.Element("h3", $"{TracePlot.Swatch(restart.Number - 1)}restart {restart.Number}");

    private static string Verdict(DrawnUnit unit, bool inverts)
    {
        var all = unit.Restarts;
        if (inverts)
        {
            string[] errors = [.. all.Select(r => r.SavedValue ?? r.Frames[^1].Value).Order().Select(Percent)];
            return "The layer tells the picture from the given image by "
                + $"{(errors[0] == errors[^1] ? errors[0] : $"{errors[0]} to {errors[^1]}")} of its activations.";
        }
        if (unit.Wanted is not { } wanted || all.All(r => r.Class is null)) return "";
        var right = all.Where(r => r.Class == wanted).ToList();
        var lowest = right.Min(r => r.Probability);
        // Rounded down: "at least" must hold.
        var least = lowest is not { } p || right.Any(r => r.Probability is null) ? ""
            : p == 1 ? $", with {Percent(1)}" : $", with at least {Percent(Math.Floor(1e4 * p) / 1e4)}";
        return right.Count == all.Count ? $"The model calls {(all.Count == 1 ? "the saved picture" : $"all {all.Count} saved pictures")} "
                + $"{right[0].Label ?? unit.Name}{least}."
            : $"The model calls {right.Count} of {all.Count} saved pictures {unit.Name}{least}. The others ended in a local maximum: start "
                + "elsewhere (--start 3, another --seed), or aim at the probability (--aim probability).";
    }

    private static string Said(DrawnRestart restart, bool inverts)
    {
        var end = restart.SavedValue is { } saved ? $"{Value(saved, inverts)} saved" : Value(restart.Frames[^1].Value, inverts);
        var words = $"{(inverts ? "relative error" : "score")} {Value(restart.Frames[0].Value, inverts)} → {end}";
        if (restart.Class is not { } found) return words;
        return $"{words}; the model says {restart.Label ?? $"class {found}"}"
            + (restart.Probability is { } p ? $" ({Percent(p)})" : "");
    }

    private static IEnumerable<(string, string)> Options(DrawnUnit unit)
    {
        yield return ("cost", unit.Cost);
        yield return ("elements", unit.Target);
        foreach (var (name, value) in unit.Parameters)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            if (name != "ascent") yield return (name, text);
            else foreach (var part in text.Split(',').Select(p => p.Split('=', 2))) yield return (part[0], part[^1]);
        }
    }

    private static string Value(double value, bool inverts) => inverts ? Percent(value) : Page.Number(value);

    private static string Percent(double share) => share.ToString("P2", CultureInfo.InvariantCulture);
}
