namespace SaliencyCluster.Grains.Abstractions.Evaluations;

/// <summary>
/// One evaluation: the evidence whether a model's maps can be believed, and its report. The key is an <see cref="Keys.EvaluationKey"/>, so
/// submitting the same id twice never starts a second run.
/// </summary>
/// <remarks>
/// Lives on gateway silos. Its maps are jobs of the same queue as any others. Answers of batches are stored as they come: after the
/// death of any silo the next activation, which the supervisor makes within seconds, computes only what has no answer, and the report is
/// the same to the byte. All calls may be repeated after a failure. Except for <see cref="SubmitAsync"/> all calls fail with SAL3002 where
/// no such evaluation was submitted.
/// </remarks>
[Version(2), Alias("saliency.v1.IEvaluationGrain")]
public interface IEvaluationGrain : IGrainWithStringKey
{
    /// <summary>Checks and stores an evaluation and starts it; returns before anything is computed.</summary>
    /// <remarks>Idempotent for an equal submission, which returns the evaluation as it is now. Durable on return.</remarks>
    /// <exception cref="Onnx.SaliencyException">SAL3001: the id is used by a different submission. SAL3003: not a valid id. SAL3004: a model is
    /// not registered. SAL3005: the image list cannot be read. SAL27xx, SAL2001: the request is wrong or does not fit the model.</exception>
    [Alias("Submit")]
    Task<EvaluationStatus> SubmitAsync(EvaluationSubmission submission, CancellationToken ct = default);

    /// <summary>Gets the evaluation as it is now.</summary>
    [Alias("Get")]
    Task<EvaluationStatus> GetAsync();

    /// <summary>Waits until there is a newer version than <paramref name="knownVersion"/>, at most 10 s, and returns the newest.</summary>
    [Alias("WaitForChange")]
    Task<EvaluationStatus> WaitForChangeAsync(long knownVersion, CancellationToken ct = default);

    /// <summary>Stops it for good, and whatever its batches compute; there is no report then.</summary>
    /// <remarks>Without effect on one that has ended.</remarks>
    [Alias("Cancel")]
    Task<EvaluationStatus> CancelAsync();

    /// <summary>Forgets an evaluation that has ended, and its report.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3007: it is still under way.</exception>
    [Alias("Delete")]
    Task DeleteAsync();
}
