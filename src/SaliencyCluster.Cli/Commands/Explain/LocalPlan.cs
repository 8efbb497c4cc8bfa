using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Local;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary>What one model has to explain, checked.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Model">The model.</param>
/// <param name="Requests">The requests, resolved.</param>
/// <param name="Inputs">The images as named.</param>
/// <param name="Images">The images as they are computed.</param>
/// <param name="Baselines">Baselines from files.</param>
internal sealed record LocalPlan(
    string Path, OnnxModel Model, IReadOnlyList<ResolvedRequest> Requests, IReadOnlyList<InputImage> Inputs, IReadOnlyList<LocalImage> Images, IReadOnlyList<Tensor> Baselines)
{
    /// <summary>Gets what was said of files that were left out; null where there were none.</summary>
    public string? LeftOut { get; private init; }

    /// <exception cref="SaliencyException">SAL10xx, SAL20xx, SAL25xx: everything that can be known before anything is computed.</exception>
    public static LocalPlan Of(string path, ExplainArguments what)
    {
        var (model, summary, facts) = ModelFile.ReadWithCard(path, what.Facts);
        var requests = RequestResolver.ResolveAll(what.Requests, summary, facts.Labels, LocalBounds.Read());
        var input = ModelInput.Of(summary, facts.Preprocessing);
        var images = new ImageFiles(input);
        var inputs = images.List(what.Inputs);
        // Methods that read baselines were all given the same ones.
        var files = requests.Select(r => BaselineSpec.Files(r.Options.Baseline)).MaxBy(f => f.Count)!;
        return new(
            path, model, requests, inputs,
            [.. inputs.Select((image, index) => new LocalImage(image.Name, (uint)index, image.Prepare) { Frame = _ => image.Frame() })],
            [.. files.Select(file => Baseline(file, input)),
                .. requests.Select(r => SegmentSpec.File(r.Options)).OfType<string>().Take(1).Select(SegmentFile.Read)])
        {
            LeftOut = images.LeftOut,
        };
    }

    private static Tensor Baseline(string path, ModelInput input) =>
        File.Exists(path) ? ImageFiles.One(path, input).Prepare() : throw InputErrors.NoSuchFile("baseline", path);
}
