using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Grains.Abstractions.Serialization;

/// <summary>
/// Carries a type of the core, which knows no Orleans, as JSON: readable by the next version, which may have more properties.
/// </summary>
/// <typeparam name="T">The type of the core.</typeparam>
[GenerateSerializer, Alias("saliency.v1.Json`1")]
public struct JsonSurrogate<T>
{
    /// <summary>UTF-8 JSON.</summary>
    [Id(0)] public byte[] Json;

    internal static JsonSurrogate<T> Of(in T value) => new() { Json = JsonSerializer.SerializeToUtf8Bytes(value) };

    internal readonly T Value => JsonSerializer.Deserialize<T>(Json) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}

/// <summary>Carries requests.</summary>
[RegisterConverter]
public sealed class ExplanationRequestConverter : IConverter<ExplanationRequest, JsonSurrogate<ExplanationRequest>>
{
    /// <inheritdoc/>
    public ExplanationRequest ConvertFromSurrogate(in JsonSurrogate<ExplanationRequest> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<ExplanationRequest> ConvertToSurrogate(in ExplanationRequest value) => JsonSurrogate<ExplanationRequest>.Of(value);
}

/// <summary>Carries resolved requests.</summary>
[RegisterConverter]
public sealed class ResolvedRequestConverter : IConverter<ResolvedRequest, JsonSurrogate<ResolvedRequest>>
{
    /// <inheritdoc/>
    public ResolvedRequest ConvertFromSurrogate(in JsonSurrogate<ResolvedRequest> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<ResolvedRequest> ConvertToSurrogate(in ResolvedRequest value) => JsonSurrogate<ResolvedRequest>.Of(value);
}

/// <summary>Carries what is known of a model.</summary>
[RegisterConverter]
public sealed class ModelSummaryConverter : IConverter<ModelSummary, JsonSurrogate<ModelSummary>>
{
    /// <inheritdoc/>
    public ModelSummary ConvertFromSurrogate(in JsonSurrogate<ModelSummary> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<ModelSummary> ConvertToSurrogate(in ModelSummary value) => JsonSurrogate<ModelSummary>.Of(value);
}

/// <summary>Carries rounds.</summary>
[RegisterConverter]
public sealed class RoundConverter : IConverter<Round, JsonSurrogate<Round>>
{
    /// <inheritdoc/>
    public Round ConvertFromSurrogate(in JsonSurrogate<Round> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<Round> ConvertToSurrogate(in Round value) => JsonSurrogate<Round>.Of(value);
}

/// <summary>Carries what an explanation graph must compute.</summary>
[RegisterConverter]
public sealed class ExplanationSpecConverter : IConverter<ExplanationSpec, JsonSurrogate<ExplanationSpec>>
{
    /// <inheritdoc/>
    public ExplanationSpec ConvertFromSurrogate(in JsonSurrogate<ExplanationSpec> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<ExplanationSpec> ConvertToSurrogate(in ExplanationSpec value) => JsonSurrogate<ExplanationSpec>.Of(value);
}

/// <summary>Carries what is randomised of a model.</summary>
[RegisterConverter]
public sealed class RandomizationSpecConverter : IConverter<RandomizationSpec, JsonSurrogate<RandomizationSpec>>
{
    /// <inheritdoc/>
    public RandomizationSpec ConvertFromSurrogate(in JsonSurrogate<RandomizationSpec> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<RandomizationSpec> ConvertToSurrogate(in RandomizationSpec value) => JsonSurrogate<RandomizationSpec>.Of(value);
}

/// <summary>Carries what a batch of an evaluation is of.</summary>
[RegisterConverter]
public sealed class BatchSpecConverter : IConverter<BatchSpec, JsonSurrogate<BatchSpec>>
{
    /// <inheritdoc/>
    public BatchSpec ConvertFromSurrogate(in JsonSurrogate<BatchSpec> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<BatchSpec> ConvertToSurrogate(in BatchSpec value) => JsonSurrogate<BatchSpec>.Of(value);
}

/// <summary>Carries what is asked of an evaluation.</summary>
[RegisterConverter]
public sealed class EvaluationRequestConverter : IConverter<EvaluationRequest, JsonSurrogate<EvaluationRequest>>
{
    /// <inheritdoc/>
    public EvaluationRequest ConvertFromSurrogate(in JsonSurrogate<EvaluationRequest> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<EvaluationRequest> ConvertToSurrogate(in EvaluationRequest value) => JsonSurrogate<EvaluationRequest>.Of(value);
}
