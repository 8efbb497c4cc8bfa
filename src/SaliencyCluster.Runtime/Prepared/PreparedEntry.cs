using System.Buffers.Binary;
using System.Text;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>The file that says what a prepared graph is and what its files must be; the last to be written of an entry, and the first to be read.</summary>
internal static class PreparedEntry
{
    public const string FileName = "entry", Model = "graph.onnx", Weights = "weights.bin";

    private const int MaxBytes = 1 << 20;
    private static readonly byte[] Magic = "SLPREP04"u8.ToArray();

    /// <summary>Describes the files of a folder.</summary>
    public static void Write(string folder, string key, ExplanationGraph graph, bool isOptimized)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(key);
        foreach (var shape in (IReadOnlyList<long>[])[graph.MapShape, graph.OutputShape])
        {
            writer.Write(shape.Count);
            foreach (var size in shape) writer.Write(size);
        }
        writer.Write(graph.OutputTensor);
        writer.Write(graph.SkippedSoftmax);
        foreach (var number in (long[])[graph.MultiplyAdds, graph.LiveBytes, graph.FoldedBytes, graph.Operations, graph.PackedMultiplyAdds])
            writer.Write(number);
        writer.Write(isOptimized);
        // Graphs of a few small weights have no file of them.
        string[] names = [.. ((string[])[Model, Weights]).Where(name => File.Exists(Path.Combine(folder, name)))];
        writer.Write(names.Length);
        foreach (var name in names)
        {
            writer.Write(name);
            writer.Write(new FileInfo(Path.Combine(folder, name)).Length);
            writer.Write(FileChecksum.Of(Path.Combine(folder, name)));
        }
        writer.Flush();
        var content = stream.ToArray();
        File.WriteAllBytes(Path.Combine(folder, FileName), [.. content, .. BitConverter.GetBytes(FileChecksum.Of(content))]);
    }

    /// <summary>Reads an entry and all of its files.</summary>
    /// <returns>Null where anything is not as it was written, or belongs to another key.</returns>
    /// <exception cref="IOException">A file is gone or cannot be read.</exception>
    public static PreparedGraph? Read(string folder, string key, ExplanationGraph about)
    {
        if (new FileInfo(Path.Combine(folder, FileName)).Length > MaxBytes) return null;
        var bytes = File.ReadAllBytes(Path.Combine(folder, FileName));
        if (bytes.Length < sizeof(ulong) + Magic.Length) return null;
        var content = bytes.AsSpan(0, bytes.Length - sizeof(ulong));
        if (!content.StartsWith(Magic) || FileChecksum.Of(content) != BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(content.Length))) return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, content.Length - Magic.Length), Encoding.UTF8);
        if (reader.ReadString() != key) return null;
        var graph = about with
        {
            MapShape = Shape(reader), OutputShape = Shape(reader), OutputTensor = reader.ReadString(), SkippedSoftmax = reader.ReadBoolean(),
            MultiplyAdds = reader.ReadInt64(), LiveBytes = reader.ReadInt64(), FoldedBytes = reader.ReadInt64(), Operations = reader.ReadInt64(),
            PackedMultiplyAdds = reader.ReadInt64(),
        };
        var isOptimized = reader.ReadBoolean();
        var total = 0L;
        for (var files = reader.ReadInt32(); files > 0; files--)
        {
            var (name, length) = (reader.ReadString(), reader.ReadInt64());
            var file = Path.Combine(folder, name);
            if (name is not (Model or Weights) || new FileInfo(file).Length != length || FileChecksum.Of(file) != reader.ReadUInt64()) return null;
            total += length;
        }
        return new(graph, Path.Combine(folder, Model), total, isOptimized);
    }

    private static long[] Shape(BinaryReader reader)
    {
        var shape = new long[reader.ReadInt32()];
        foreach (ref var size in shape.AsSpan()) size = reader.ReadInt64();
        return shape;
    }
}
