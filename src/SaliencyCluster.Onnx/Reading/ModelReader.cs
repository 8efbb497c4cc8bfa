using Google.Protobuf;
using SaliencyCluster.Onnx.Checking;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Reading;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx;

/// <summary>Reads ONNX files that nobody vouches for.</summary>
public static class ModelReader
{
    /// <summary>Reads and checks a model.</summary>
    /// <exception cref="SaliencyException">SAL10xx: the file is not a model that can be explained; says which node and why.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> file, string source, ReadLimits? limits = null)
    {
        limits ??= new();
        if (file.IsEmpty) throw ModelErrors.NotAModel(source, "it is empty");
        if (file.Length > limits.MaxBytes)
            throw ModelErrors.OverLimit(source, file.Length, "bytes", limits.MaxBytes, "ReadLimits.MaxBytes");
        // Hashing takes as long as all the rest, and needs nothing of it.
        var hash = Task.Run(() => ModelWriter.Hash(file.Span));
        new WireScan(source, limits).Run(file.Span, ModelProto.Descriptor);
        var proto = Parse(file, source);
        return ModelCheck.Run(proto, source, hash.GetAwaiter().GetResult(), limits);
    }

    /// <summary>Reads and checks a model file, with what it keeps in other files beside it.</summary>
    /// <exception cref="SaliencyException">As for <see cref="Read"/>; SAL1001 also where the file cannot be opened, SAL1003 where one of the others cannot.</exception>
    public static OnnxModel ReadFile(string path, ReadLimits? limits = null)
    {
        return Read(ModelPacking.Pack(path, values: null, limits), path, limits);
    }

    private static ModelProto Parse(ReadOnlyMemory<byte> file, string source)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(file.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw ModelErrors.NotAModel(source, $"its bytes cannot be decoded ({e.Message})", e);
        }
    }
}
