using System.Text.RegularExpressions;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>
/// Which output is explained where none is named: the first that looks most like class scores, by its name, a final Softmax, and
/// its shape; four numbers per place beside another output look like boxes.
/// </summary>
internal static partial class OutputRanking
{
    private const int BoxNumbers = 4;
    private static readonly string[] _scores = ["score", "logit", "prob", "class", "cls", "conf", "label", "categor", "softmax", "heatmap", "segment", "predict"];
    private static readonly string[] _others = ["box", "bbox", "loc", "reg", "coord", "landmark", "ldmk", "lmk", "kps", "keypoint", "anchor", "delta", "offset", "displacement", "proto", "embed", "feat", "iou", "num", "aux", "loss", "hidden"];

    /// <summary>The name of the output.</summary>
    public static string Default(IReadOnlyList<string> outputs, IReadOnlyDictionary<string, OutputLook> looks) =>
        outputs.Where(looks.ContainsKey).MinBy(o => Rank(o, looks[o], looks.Values))!;

    private static int Rank(string name, OutputLook look, IEnumerable<OutputLook> all)
    {
        var words = Words().Matches(name).Select(m => m.Value.ToUpperInvariant()).ToList();
        if (Any(words, _scores)) return 0;
        if (Any(words, _others)) return 3;
        if (look.Explained.Skipped == "Softmax") return 0;
        return LooksLikeBoxes(look) && all.Any(o => !LooksLikeBoxes(o)) ? 2 : 1;
    }

    private static bool Any(List<string> words, string[] known) =>
        words.Any(w => known.Any(k => w.StartsWith(k, StringComparison.OrdinalIgnoreCase)));

    private static bool LooksLikeBoxes(OutputLook look) => look.Shape is [.., BoxNumbers];

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")]
    private static partial Regex Words();
}
