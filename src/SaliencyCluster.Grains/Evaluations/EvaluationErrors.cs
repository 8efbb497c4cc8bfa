using System.Globalization;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>The errors of evaluations, each made in one place.</summary>
internal static class EvaluationErrors
{
    public static SaliencyException Conflict(EvaluationKey evaluation) => new(
        "SAL3001", $"The evaluation id '{evaluation.Id}' is used by a different submission.", "Use another id, or the same model, images and options as before.");

    public static SaliencyException NotFound(EvaluationKey evaluation) => new(
        "SAL3002", $"There is no evaluation '{evaluation.Id}'.", "List the evaluations there are: saliency evaluations list");

    public static SaliencyException UnderWay(EvaluationKey evaluation) => new(
        "SAL3007", $"The evaluation '{evaluation.Id}' is Running.", "Wait until it has ended, or cancel it.");

    public static SaliencyException BadWeight(double weight) => new(
        "SAL3009", FormattableString.Invariant($"The weight {weight} of the evaluation is out of range."), "Use a weight from 0.1 to 100.");

    public static SaliencyException NoMemory(long bytes, long share) => new("SAL3013", string.Create(CultureInfo.InvariantCulture,
            $"The images of the evaluation take {bytes} bytes, and running evaluations leave less than that of the gateway's memory; "
            + $"one tenant has {share}."),
        "Submit it again when another evaluation has ended, or raise Saliency:Jobs:EvaluationMemoryMegabytes.");

    public static SaliencyException TooLarge(long share) => new("SAL2616", string.Create(CultureInfo.InvariantCulture,
            $"The images of the evaluation take more than {share} bytes as the model sees them, "
            + $"the most that a gateway holds for a tenant."),
        "Evaluate on fewer or smaller images, or raise Saliency:Jobs:EvaluationMemoryMegabytes.");

    public static SaliencyException BatchStopped(string batch, string state) => new(
        "SAL3021", $"The batch '{batch}' of the evaluation is {state} before its end.", "Submit the evaluation again under another id.");
}
