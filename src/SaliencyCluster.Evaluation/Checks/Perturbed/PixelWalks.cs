using System.Globalization;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Checks.Perturbed;

/// <summary>What the checks that remove or add pixels share.</summary>
internal static class PixelWalks
{
    /// <summary>The class that a map explains, as an index into the outputs.</summary>
    public static int ClassOf(OriginalMap original, IReadOnlyList<float[]> outputs) =>
        int.TryParse(original.Target, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            // A control explains no class; it is judged by the class that the model sees in the untouched image.
            : Array.IndexOf(outputs[0], outputs[0].Max());

    /// <summary>Measurements of a curve, one per step, labelled with the share of pixels.</summary>
    public static IEnumerable<Measurement> Curve(string check, string method, string measure, string condition, uint image, IReadOnlyList<double> values) =>
        values.Select((v, i) => new Measurement(
            check, method, measure, condition, i, (i / (values.Count - 1.0)).ToString("0.###", CultureInfo.InvariantCulture), 0, image, v));

    /// <summary>Probabilities of a class after each step.</summary>
    public static double[] Probabilities(IReadOnlyList<float[]> outputs, int index) => [.. outputs.Select(o => Softmax.Of(o, index))];
}
