using SaliencyCluster.Attribution.Images;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary>What was asked of <c>saliency explain</c>, wherever it is computed.</summary>
/// <param name="Model">ONNX file or name of a registered model.</param>
/// <param name="Inputs">Files and folders.</param>
/// <param name="Out">Folder for results.</param>
/// <param name="Request">Method and options.</param>
/// <param name="Labels">Class names that were given, or empty.</param>
/// <param name="Preprocessing">The preprocessing that was given, or null.</param>
internal sealed record ExplainArguments(
    string Model, IReadOnlyList<string> Inputs, string Out, ExplanationRequest Request, IReadOnlyList<string> Labels, Preprocessing? Preprocessing);
