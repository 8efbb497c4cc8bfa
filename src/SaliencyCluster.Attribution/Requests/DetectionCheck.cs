using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Finds how a model's outputs are read where a request explains a detection, and checks what it says of it.</summary>
internal static class DetectionCheck
{
    /// <summary>The least score of a detection where none is given.</summary>
    public const double Threshold = 0.25;

    /// <summary>What boxes of one object share at least where nothing else is said.</summary>
    public const double Iou = 0.45;

    /// <summary>Says whether a detection is explained.</summary>
    public static bool IsAsked(ExplanationRequest request) => request.Box is not null || request.Detection is not null;

    /// <summary>Fills in what was left out.</summary>
    public static ExplanationRequest Fill(ExplanationRequest request) =>
        request with { Target = null, ScoreThreshold = request.ScoreThreshold ?? Threshold, Iou = request.Iou ?? Iou };

    /// <summary>Finds the head; null where no detection is asked for, or something is wrong with it.</summary>
    public static DetectionHead? Find(ExplanationRequest request, ModelSummary model, IReadOnlyList<string> labels,
        List<RequestError> errors)
    {
        var known = errors.Count;
        errors.AddRange(Wrong(request));
        if (!IsAsked(request) || errors.Count > known) return null;
        if (model.ImageShape.Count != 3)
        {
            errors.Add(new("SAL2050", Option(request),
                $"A detection has a box in a picture; the model's input '{model.Input}' has shape [{ShapeText.Of(model.InputShape)}].",
                    "Explain an element of an output with --target."));
            return null;
        }
        var (family, words) = request.Head is { } text ? HeadFamilies.Parse(text)!.Value : (null, []);
        var heads = HeadFinder.Find(model, labels.Count, family).Where(h => request.Output is null || h.Scores == request.Output).ToList();
        if (heads is [var head]) return head with { Words = words };
        errors.Add(heads.Count == 0 ? NoHead(request, family, model) : Ambiguous(request, heads));
        return null;
    }

    private static IEnumerable<RequestError> Wrong(ExplanationRequest request)
    {
        if (request.Box is { } box && BoxTarget.TryParse(box) is null)
            yield return new("SAL2003", "box", $"Option 'box' is '{Echo.Of(box)}'.",
                "It must be x0,y0,x1,y1 with x0 < x1 and y0 < y1, in pixels of the picture as given, or x0,y0,x1,y1:CLASS.");
        if (request.Head is { } head && HeadFamilies.Parse(head) is null)
        {
            var names = HeadFamilies.All.Select(f => f.Name).ToList();
            yield return new(
                "SAL2003", "head", $"Option 'head' is '{Echo.Of(head)}'.",
                $"{Suggestion.For(head.Split(':')[0], names)}It must be one of {string.Join(", ", names)}, or one with words such as "
                    + $"ssd:xyxy,pixels, of each group one: {string.Join("; ", HeadFamilies.Words.Select(g => string.Join(" | ", g)))}.");
        }
        string[] ways = [.. new[] { ("target", request.Target is not null), ("box", request.Box is not null),
            ("detection", request.Detection is not null) }.Where(o => o.Item2).Select(o => o.Item1)];
        if (ways.Length > 1 && IsAsked(request))
            yield return new("SAL2055", ways[1], $"Options {string.Join(" and ", ways.Select(w => $"'{w}'"))} each say what is explained.",
                "Give one of them. The class of a box is said with it: --box x0,y0,x1,y1:CLASS.");
        if (IsAsked(request)) yield break;
        foreach (var (name, given) in new[] { ("head", request.Head is not null), ("score-threshold", request.ScoreThreshold is not null),
            ("iou", request.Iou is not null) })
            if (given) yield return new("SAL2055", name, $"Option '{name}' says how a detection is found, and none is asked for.",
                "Leave it out, or ask for a detection with --box or --detection.");
    }

    private static RequestError NoHead(ExplanationRequest request, string? family, ModelSummary model)
    {
        var outputs = model.AllOutputs.Select(o => $"'{o.Name}' [{ShapeText.Of(o.Shape)}]").ToList();
        var lookedFor = HeadFamilies.All.Where(f => family is null || f.Name == family).Select(f => $"{f.Name}: {f.Outputs}");
        return new(
            "SAL2050", Option(request),
            $"The model's outputs {string.Join(", ", outputs.Take(8))}{(outputs.Count > 8 ? ", .." : "")} are not those of a "
                + $"detector{(request.Output is null ? "" : $" whose class scores are output '{Echo.Of(request.Output)}'")}. Looked "
                    + $"for, without batch: {string.Join("; ", lookedFor)}.",
            "Name the family with --head where the shapes mislead, or explain an element of an output with --target.");
    }

    private static RequestError Ambiguous(ExplanationRequest request, IReadOnlyList<DetectionHead> heads)
    {
        var readings = heads.Select(h =>
            $"'{h.Family}'{(h.Classes > 0 && h.Family != HeadFamilies.EndToEnd ? $" with {h.Classes} class score(s)" : "")} in output "
                + $"'{h.Scores}'{(h.Columns ? " by columns" : "")}");
        var sameFamily = heads.Select(h => h.Family).Distinct().Count() == 1;
        return new(
            "SAL2051", Option(request), $"The model's outputs can be read as several detection heads: {string.Join(", or ", readings)}.",
            sameFamily ? "Name the output with the class scores with --output, or give labels."
                : $"Say which with --head, such as --head {heads[0].Family}, or give labels: their number decides.");
    }

    private static string Option(ExplanationRequest request) => request.Box is not null ? "box" : "detection";
}
