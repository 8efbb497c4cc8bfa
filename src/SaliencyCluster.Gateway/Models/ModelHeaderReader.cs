using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Images;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Protocol.V1;
using Preprocessing = SaliencyCluster.Protocol.V1.Preprocessing;

namespace SaliencyCluster.Gateway.Models;

/// <summary>Checks what is said about a model against what is in its file.</summary>
internal static class ModelHeaderReader
{
    private const string Next = "Correct the header and upload again.";

    private const int MaxLabel = 1000;

    /// <summary>Makes a registration.</summary>
    /// <exception cref="InvalidRequestException">SAL2614: names every field that does not fit the model.</exception>
    public static ModelRegistration Read(ModelHeader header, ModelSummary summary, long bytes)
    {
        var errors = new List<(string, string)>();
        var channels = summary.ImageShape.Count > 0 ? summary.ImageShape[0] : 1;
        var given = header.Preprocessing ?? new Preprocessing();
        var scale = given.HasScale ? given.Scale : ModelPreprocessing.Default.Scale;
        if (!double.IsFinite(scale) || scale == 0) errors.Add(("header.preprocessing.scale", $"The scale is {scale}; it must be a number other than 0."));
        var mean = PerChannel(given.Mean, 0, channels, "mean", errors);
        var std = PerChannel(given.Std, 1, channels, "std", errors);
        if (std.Any(s => s <= 0)) errors.Add(("header.preprocessing.std", $"A value of std is {std.Min()}; every one must be above 0."));
        var resize = ResizeReader.Read(given.Resize, errors);
        CheckSize(resize, summary, errors);
        if (LabelCheck.WhyNot(header.Labels, summary) is { } unfit) errors.Add(("header.labels", unfit));
        errors.AddRange(header.Labels.Index().Where(l => l.Item.Length > MaxLabel || l.Item.Any(char.IsControl)).Take(1).Select(l => (
            $"header.labels[{l.Index}]", l.Item.Length > MaxLabel ? $"It has {l.Item.Length} characters; {MaxLabel} may be." : "It has a control character.")));
        return errors.Count > 0
            ? throw new InvalidRequestException("SAL2614", errors, Next)
            : new ModelRegistration(NameRule.Checked(header.Name, "header.name"), summary.Hash, bytes,
                StoredPreprocessing.Write(new(scale, mean, std) { Resize = resize, BlueFirst = given.BlueFirst }), [.. header.Labels],
                    summary);
    }

    /// <summary>Reads the layout that a header gives; null leaves it to the graph.</summary>
    /// <exception cref="InvalidRequestException">SAL2614: there is no such layout.</exception>
    public static ImageLayout? Layout(ModelHeader header) => header.Layout.Length == 0 ? null : ImageLayouts.Parse(header.Layout)
        ?? throw InvalidRequestException.Of("SAL2614", "header.layout", $"The layout is '{header.Layout}'; it must be nchw or nhwc.", Next);

    // Told at the door: no picture could be explained.
    private static void CheckSize(ResizePolicy resize, ModelSummary summary, List<(string, string)> errors)
    {
        if (resize.Size is not var (height, width) || summary.ImageShape.Count != 3) return;
        if (Differs(summary.ImageShape[1], height) || Differs(summary.ImageShape[2], width))
            errors.Add(("header.preprocessing.resize.height",
                $"Images are brought to {height}x{width}, and the model takes {summary.ImageShape[1]}x{summary.ImageShape[2]}."));

        static bool Differs(long wanted, int given) => wanted >= 0 && wanted != given;
    }

    private static double[] PerChannel(IReadOnlyList<double> values, double otherwise, long channels, string name, List<(string, string)> errors)
    {
        if (values.Count > 1 && channels >= 0 && values.Count != channels)
            errors.Add(($"header.preprocessing.{name}", $"There are {values.Count} values of {name}; the model has {channels} channels, so give one value or {channels}."));
        if (values.Any(v => !double.IsFinite(v))) errors.Add(($"header.preprocessing.{name}", $"A value of {name} is not a finite number."));
        return values.Count == 0 ? [otherwise] : [.. values];
    }
}
