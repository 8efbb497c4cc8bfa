using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
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

/// <summary>Carries a type as JSON.</summary>
/// <typeparam name="T">The type.</typeparam>
public abstract class JsonConverter<T> : IConverter<T, JsonSurrogate<T>>
{
    /// <inheritdoc/>
    public T ConvertFromSurrogate(in JsonSurrogate<T> surrogate) => surrogate.Value;

    /// <inheritdoc/>
    public JsonSurrogate<T> ConvertToSurrogate(in T value) => JsonSurrogate<T>.Of(value);
}

/// <summary>Carries requests.</summary>
[RegisterConverter]
public sealed class ExplanationRequestConverter : JsonConverter<ExplanationRequest>;

/// <summary>Carries resolved requests.</summary>
[RegisterConverter]
public sealed class ResolvedRequestConverter : JsonConverter<ResolvedRequest>;

/// <summary>Carries what is known of a model.</summary>
[RegisterConverter]
public sealed class ModelSummaryConverter : JsonConverter<ModelSummary>;

/// <summary>Carries rounds.</summary>
[RegisterConverter]
public sealed class RoundConverter : JsonConverter<Round>;

/// <summary>Carries what an explanation graph must compute.</summary>
[RegisterConverter]
public sealed class ExplanationSpecConverter : JsonConverter<ExplanationSpec>;

/// <summary>Carries what is randomised of a model.</summary>
[RegisterConverter]
public sealed class RandomizationSpecConverter : JsonConverter<RandomizationSpec>;

/// <summary>Carries what a batch of an evaluation is of.</summary>
[RegisterConverter]
public sealed class BatchSpecConverter : JsonConverter<BatchSpec>;

/// <summary>Carries what is asked of an evaluation.</summary>
[RegisterConverter]
public sealed class EvaluationRequestConverter : JsonConverter<EvaluationRequest>;
