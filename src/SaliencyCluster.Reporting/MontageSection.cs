using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Reporting;

/// <summary>The montages of a report: for each image a row per method, the trained model's map first, then stage after stage.</summary>
internal static class MontageSection
{
    public static string Of(EvaluationResult result)
    {
        var slots = result.Montage.Select(m => m.Slot).OfType<MontageSlot>().ToList();
        var series = (from check in result.Plan.Checks
                      from condition in Findings.Ordered(slots.Where(s => s.Check == check.Name).Select(s => s.Condition))
                      select (Check: check.Name, Condition: condition)).ToList();
        if (series.Count == 0) return "";
        var content = Html.Element("p", "Red speaks for the class, blue against it; maps without signs are black on white. Each map is scaled by its own 99th percentile, so only shapes can be compared.");
        foreach (var (check, condition) in series)
        {
            var title = Titles.Checks.GetValueOrDefault(check, check);
            content += Html.Element("h3", Html.Text(condition.Length == 0 ? title : $"{title}: {condition}"));
            foreach (var image in result.Plan.Images.Take(result.Plan.MontageImages)) content += Table(result, check, condition, image);
        }
        return Html.Section("montage", "Montage", content);
    }

    private static string Table(EvaluationResult result, string check, string condition, EvaluatedImage image)
    {
        var maps = result.Montage.Where(m => m.Image == image.Index).ToList();
        var shown = maps.Where(m => m.Slot?.Check == check && m.Slot.Condition == condition).ToList();
        if (shown.Count == 0) return "";
        var stages = shown.Select(m => m.Slot!).Distinct().OrderBy(s => s.Stage).ToList();
        var head = Html.Row([Picture(MapPicture.OfImage(image.Pixels), image.Name) + Html.Text(image.Name), "trained", .. stages.Select(s => Html.Text(Html.Layer(s.StageLabel)))], "th");
        var rows = from method in result.Plan.Methods
                   let original = maps.FirstOrDefault(m => m.Slot is null && m.Method == method.Name)
                   where original is not null && shown.Any(m => m.Method == method.Name)
                   select Html.Element("tr", Html.Element("th", Html.Text(method.Name), "scope=\"row\"") + Cell(original) +
                       string.Concat(stages.Select(s => Cell(shown.FirstOrDefault(m => m.Method == method.Name && m.Slot == s)))));
        return Html.Element("table", Html.Element("thead", head) + Html.Element("tbody", string.Concat(rows)), "class=\"montage\"") + "\n";
    }

    private static string Cell(MontageMap? map) =>
        Html.Element("td", map is null ? "" : Picture(MapPicture.OfMap(map.Map), $"{map.Method}, {map.Slot?.StageLabel ?? "trained"}"));

    private static string Picture(string source, string description) => $"<img src=\"{source}\" alt=\"{Html.Text(description)}\">";
}
