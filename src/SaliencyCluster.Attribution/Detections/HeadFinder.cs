using System.Text.RegularExpressions;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>Finds which families of detectors a model's outputs fit.</summary>
/// <remarks>
/// Two outputs, four numbers a place beside scores, come first. One output of rows fits several families; how many labels there are and
/// how many places the grids of the usual strides have decides between them. What is left undecided is for the user to say.
/// </remarks>
public static partial class HeadFinder
{
    private const int BoxNumbers = HeadFamilies.BoxNumbers, EndToEndNumbers = HeadFamilies.EndToEndNumbers, AnchorsPerPlace = 3, UsualPrototypes = 32;
    private static readonly HashSet<string> _choosing = ["TopK", "GatherElements", "GatherND", "NonMaxSuppression"];

    /// <summary>Gets every reading that fits, at most one of each family; none where the model is no detector.</summary>
    /// <param name="model">What is known of the model, all of its outputs.</param>
    /// <param name="labels">The number of labels; 0 where there are none.</param>
    /// <param name="family">The family that the user names; null where none is.</param>
    public static IReadOnlyList<DetectionHead> Find(ModelSummary model, int labels = 0, string? family = null)
    {
        var outputs = model.AllOutputs.Select(o => new Seen(o)).ToList();
        if (HasLevels(outputs)) return [];
        var pairs = Pairs(outputs, labels, family).ToList();
        var found = pairs.Count > 0 ? pairs
            : [.. outputs.Where(o => o.Readable && !IsSoftmax(o, model)).SelectMany(o => Matrices(o, outputs, model, labels, family))];
        var fitting = found.Where(h => family is null || h.Family == family).ToList();
        var labelled = labels == 0 ? [] : fitting.Where(h => h.Family != HeadFamilies.EndToEnd && h.Fits(labels)).ToList();
        return labelled.Count > 0 ? labelled : fitting;
    }

    /// <summary>Says whether more than the number of dimensions speaks for the readings: two outputs that fit together, a grid of
    /// places, prototypes of masks, a choice.</summary>
    public static bool IsCertain(ModelSummary model, IReadOnlyList<DetectionHead> heads) => heads.Any(h =>
    {
        if (h.Boxes != h.Scores || h.Extra > 0) return true;
        if (h.Family == HeadFamilies.EndToEnd) return model.Layers.Any(l => _choosing.Contains(l.Operator));
        var shape = model.Outputs?.FirstOrDefault(o => o.Name == h.Boxes)?.Shape ?? model.OutputShape;
        return Grids.Places(model.ImageShape).Any(g => shape.Contains(g) || shape.Contains(g * AnchorsPerPlace));
    });

    private static IEnumerable<DetectionHead> Matrices(Seen output, IReadOnlyList<Seen> all, ModelSummary model, int labels, string? family)
    {
        if (output.Dims is not [var first, var last] || family is HeadFamilies.Ssd or HeadFamilies.Detr or HeadFamilies.RtDetr) yield break;
        if (family is null && IsRegression(output, all)) yield break;
        var extra = Prototypes(output, all);
        foreach (var columns in Orientations(first, last, labels, extra))
        {
            var (places, numbers) = columns ? (last, first) : (first, last);
            foreach (var name in Families(places, numbers, extra, columns, model, family))
            {
                yield return new(name, output.Name, output.Name, (int)Math.Max(-1, numbers < 0 ? -1 : numbers - extra - HeadFamilies.NumbersBefore(name)))
                {
                    Columns = columns,
                    Extra = name == HeadFamilies.EndToEnd ? 0 : extra,
                };
            }
        }
    }

    // Boxes with landmarks beside scores of as many places, as face detectors have them, are relative to anchors and hold no classes.
    private static bool IsRegression(Seen output, IReadOnlyList<Seen> all) => BoxName().IsMatch(output.Name) && all.Any(o =>
        o != output && o.Dims.Intersect(output.Dims).Any() && ScoreName().IsMatch(o.Name) && !BoxName().IsMatch(o.Name));

    // Segmentation heads have coefficients of their prototypes of masks behind the classes; other maps beside a detector are a task of
    // their own.
    private static int Prototypes(Seen output, IReadOnlyList<Seen> all) =>
        all.Where(o => o != output && o.Dims.Length == 3).ToList() is [{ Dims: [> 0 and var count, _, _] } maps]
            && (count == UsualPrototypes || PrototypeName().IsMatch(maps.Name)) ? (int)count : 0;

    // Scores of these rows stand for themselves: of text or patches they share a Softmax.
    private static bool IsSoftmax(Seen output, ModelSummary model) =>
        (output.Name == model.Output ? model.Activation : output.Output.Summary?.Activation) == "Softmax";

    // Many places have few numbers each, unless the labels say otherwise.
    private static IEnumerable<bool> Orientations(long first, long last, int labels, int extra)
    {
        if (first < 0 || last < 0) return first < 0 && last < 0 ? [] : [last < 0];
        bool rows = Labelled(last), columns = Labelled(first);
        if (rows != columns) return [columns];
        return first == last ? [false, true] : [first < last];

        bool Labelled(long numbers) => labels > 0 && numbers - extra - labels is BoxNumbers or (BoxNumbers + 1);
    }

    private static IEnumerable<string> Families(long places, long numbers, int extra, bool columns, ModelSummary model, string? family)
    {
        if (family is not null) return numbers - extra > HeadFamilies.NumbersBefore(family) || (family == HeadFamilies.EndToEnd && numbers == EndToEndNumbers)
            ? [family] : [];
        if (columns) return numbers - extra > BoxNumbers ? [HeadFamilies.YoloV8] : [];
        var grids = Grids.Places(model.ImageShape);
        var onePerPlace = grids.Contains(places);
        var anchored = grids.Any(g => g * AnchorsPerPlace == places);
        if (numbers == EndToEndNumbers && extra == 0 && !onePerPlace && !anchored
            && model.Layers.Any(l => _choosing.Contains(l.Operator))) return [HeadFamilies.EndToEnd];
        var fitting = new List<string>();
        if (numbers - extra > BoxNumbers + 1) fitting.Add(onePerPlace ? HeadFamilies.YoloX : HeadFamilies.YoloV5);
        if (numbers - extra > BoxNumbers && !anchored) fitting.Add(HeadFamilies.YoloV8);
        if (numbers == EndToEndNumbers && extra == 0 && !onePerPlace && !anchored) fitting.Add(HeadFamilies.EndToEnd);
        return fitting;
    }

    private static IEnumerable<DetectionHead> Pairs(IReadOnlyList<Seen> outputs, int labels, string? family)
    {
        if (family is HeadFamilies.YoloV5 or HeadFamilies.YoloV8 or HeadFamilies.YoloX) return [];
        var boxes = outputs.Where(o => o.Readable && o.Dims is [BoxNumbers, _] or [_, BoxNumbers]).ToList();
        if (boxes.Count > 1 && boxes.Where(b => BoxName().IsMatch(b.Name)).ToList() is { Count: > 0 } named) boxes = named;
        return boxes.SelectMany(b => Pair(b, outputs, labels, family));
    }

    // Boxes of each stride as an output of their own are relative to places that nothing here says.
    private static bool HasLevels(IReadOnlyList<Seen> outputs) =>
        outputs.Where(o => o.Readable && o.Dims is [_, BoxNumbers] && BoxName().IsMatch(o.Name)).Select(o =>
            o.Dims[0]).Distinct().Count() > 1;

    private static IEnumerable<DetectionHead> Pair(Seen boxes, IReadOnlyList<Seen> outputs, int labels, string? family)
    {
        var places = boxes.Dims is [var n, BoxNumbers] ? n : boxes.Dims[1];
        var ids = outputs.FirstOrDefault(o => o.Dims is [var size] && size == places && IdName().IsMatch(o.Name)
            && !ProbabilityName().IsMatch(o.Name));
        var scores = outputs.Where(o => o.Readable && o != boxes && o != ids
            && (o.Dims.Contains(places) || (o.Dims.Length == 0 && places == 1)) && o.Dims.Length <= 2).ToList();
        if (scores.Count > 1
            && scores.Where(s => ScoreName().IsMatch(s.Name)
                && !BoxName().IsMatch(s.Name)).ToList() is { Count: > 0 } named) scores = named;
        foreach (var s in scores)
        {
            var classes = (int)(s.Dims is [var a, var b] ? a == places ? b : a : 1);
            if (classes == 1 && ids is not null)
            {
                yield return new(HeadFamilies.EndToEnd, boxes.Name, s.Name, 1) { ClassIds = ids.Name,
                    Count = outputs.FirstOrDefault(o => o.Dims.Length == 0 && CountName().IsMatch(o.Name))?.Name };
                continue;
            }
            var set = LogitName().IsMatch(s.Name) || boxes.Name.StartsWith("pred_", StringComparison.OrdinalIgnoreCase);
            var found = !set ? HeadFamilies.Ssd : labels == classes ? HeadFamilies.RtDetr : HeadFamilies.Detr;
            yield return new(family ?? found, boxes.Name, s.Name, classes);
        }
    }

    [GeneratedRegex("box|loc|reg|coord|rect", RegexOptions.IgnoreCase)]
    private static partial Regex BoxName();

    [GeneratedRegex("score|conf|cls|class|prob|logit", RegexOptions.IgnoreCase)]
    private static partial Regex ScoreName();

    [GeneratedRegex("class|label|cls|categor|ids?$", RegexOptions.IgnoreCase)]
    private static partial Regex IdName();

    [GeneratedRegex("score|conf|prob|logit", RegexOptions.IgnoreCase)]
    private static partial Regex ProbabilityName();

    [GeneratedRegex("proto|mask", RegexOptions.IgnoreCase)]
    private static partial Regex PrototypeName();

    [GeneratedRegex("num|count|valid", RegexOptions.IgnoreCase)]
    private static partial Regex CountName();

    [GeneratedRegex("logit", RegexOptions.IgnoreCase)]
    private static partial Regex LogitName();

    /// <summary>An output with its dimensions that are not 1.</summary>
    private sealed record Seen(OutputSummary Output)
    {
        public string Name => Output.Name;

        public bool Readable => Output.Problem is null;

        public long[] Dims { get; } = [.. Output.Shape.Where(d => d != 1)];
    }
}
