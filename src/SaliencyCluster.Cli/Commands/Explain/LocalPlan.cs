using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
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
    /// <exception cref="SaliencyException">SAL10xx, SAL20xx, SAL25xx: everything that can be known before anything is computed.</exception>
    public static LocalPlan Of(string path, ExplainArguments what)
    {
        var model = ModelFile.Read(path);
        var card = ModelCard.Beside(path);
        var summary = ModelSummary.Of(model);
        var requests = RequestResolver.ResolveAll(what.Requests, summary, what.Labels.Count > 0 ? what.Labels : card.Labels ?? [], LocalBounds.Read());
        var preprocessing = what.Preprocessing ?? card.Preprocessing ?? Preprocessing.Default;
        var inputs = new ImageFiles(summary.ImageShape.Count).List(what.Inputs);
        // Methods that read baselines were all given the same ones.
        var files = requests.Select(r => BaselineSpec.Files(r.Asked.Baseline)).MaxBy(f => f.Count)!;
        return new(
            path, model, requests, inputs,
            [.. inputs.Select((input, index) => new LocalImage(input.Name, (uint)index, () => input.Prepare(preprocessing, summary.ImageShape)))],
            [.. files.Select(file => Baseline(file, preprocessing, summary.ImageShape))]);
    }

    private static Tensor Baseline(string path, Preprocessing preprocessing, IReadOnlyList<long> shape) =>
        File.Exists(path) ? InputImage.File(path).Prepare(preprocessing, shape) : throw InputErrors.NoSuchFile("baseline", path);
}
