namespace SaliencyCluster.Grains.Abstractions.Evaluations;

/// <summary>Lists the evaluations of a tenant, which is the key.</summary>
[Version(2), Alias("saliency.v1.IEvaluationIndexGrain")]
public interface IEvaluationIndexGrain : IGrainWithStringKey
{
    /// <summary>Lists evaluations, newest first. Safe to repeat.</summary>
    /// <param name="size">The most to return, from 1 to 200.</param>
    /// <param name="token">What the page before returned; null for the first page.</param>
    /// <exception cref="Onnx.SaliencyException">SAL3008: the token is none of ours.</exception>
    [Alias("List")]
    Task<EvaluationListPage> ListAsync(int size, string? token = null);

    /// <summary>Adds an evaluation and returns the page it is on. Idempotent; durable on return.</summary>
    [Alias("Add")]
    Task<int> AddAsync(string id);

    /// <summary>Removes an evaluation. Idempotent; durable on return.</summary>
    /// <param name="id">The evaluation.</param>
    /// <param name="page">The page that it is on; null where that is not known, which makes the call look at all of them.</param>
    [Alias("Remove")]
    Task RemoveAsync(string id, int? page = null);

    /// <summary>Gets the keys of the pages that there are, oldest first.</summary>
    [Alias("Pages")]
    Task<IReadOnlyList<string>> PagesAsync();
}

/// <summary>A page of evaluations.</summary>
/// <param name="Evaluations">The evaluations, newest first.</param>
/// <param name="NextToken">Asks for the next page; null on the last.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.EvaluationListPage")]
public sealed record EvaluationListPage([property: Id(0)] IReadOnlyList<EvaluationStatus> Evaluations, [property: Id(1)] string? NextToken);
