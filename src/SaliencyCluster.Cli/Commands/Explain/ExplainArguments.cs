using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary>What was asked of <c>saliency explain</c>, wherever it is computed.</summary>
/// <param name="Models">ONNX files or names of registered models.</param>
/// <param name="Inputs">Files and folders.</param>
/// <param name="Out">Folder for results.</param>
/// <param name="Requests">Methods and options.</param>
/// <param name="Facts">What was said of the model.</param>
/// <param name="Style">How files are made.</param>
internal sealed record ExplainArguments(
    IReadOnlyList<string> Models, IReadOnlyList<string> Inputs, string Out, IReadOnlyList<ExplanationRequest> Requests, ModelFacts Facts, ResultStyle Style)
{
    /// <summary>Gets the pool of workers that computes it on a cluster; empty for the default.</summary>
    public string Pool { get; init; } = "";

    /// <summary>Refuses models whose results would overwrite each other.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2513: two have one name.</exception>
    public ExplainArguments Checked()
    {
        var twice = Models.GroupBy(FolderName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? this : throw InputErrors.SameModel(twice.Key, [.. twice]);
    }

    /// <summary>Gets the folder of a model's results: with several models, one of its own.</summary>
    public string FolderOf(string model) => Models.Count == 1 ? Out : Path.Combine(Out, FolderName(model));

    private static string FolderName(string model) => Path.GetFileNameWithoutExtension(model);
}
