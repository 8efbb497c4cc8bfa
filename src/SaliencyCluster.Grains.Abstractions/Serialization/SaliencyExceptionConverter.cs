using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Serialization;

/// <summary>What travels of a <see cref="SaliencyException"/>.</summary>
[GenerateSerializer, Alias("saliency.v1.SaliencyException")]
public struct SaliencyExceptionSurrogate
{
    /// <summary>The stable code.</summary>
    [Id(0)] public string Code;

    /// <summary>What went wrong.</summary>
    [Id(1)] public string What;

    /// <summary>What to do next.</summary>
    [Id(2)] public string Next;
}

/// <summary>Lets coded errors cross silos whole. Derived types are turned into the base type by the silo before they leave.</summary>
[RegisterConverter]
public sealed class SaliencyExceptionConverter : IConverter<SaliencyException, SaliencyExceptionSurrogate>
{
    /// <inheritdoc/>
    public SaliencyException ConvertFromSurrogate(in SaliencyExceptionSurrogate surrogate) =>
        new(surrogate.Code, surrogate.What, surrogate.Next);

    /// <inheritdoc/>
    public SaliencyExceptionSurrogate ConvertToSurrogate(in SaliencyException value) =>
        new() { Code = value.Code, What = value.What, Next = value.Next };
}
