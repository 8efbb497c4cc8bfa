using System.IO.Compression;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>
/// Answers as bytes, to the bit: a number of the format, then, compressed, every text once, then rows that refer to texts. A batch of 200
/// images with nine measures each takes some 20 KB.
/// </summary>
public static class BatchAnswerFile
{
    private const int Format = 1;

    /// <summary>Writes an answer.</summary>
    public static byte[] Write(BatchAnswer answer)
    {
        using var file = new MemoryStream();
        file.WriteByte(Format);
        using (var compressed = new BrotliStream(file, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new AnswerWriter(compressed))
        {
            writer.Long(answer.Maps);
            writer.Long(answer.Points);
            writer.Long(answer.ForwardPoints);
            writer.Text(answer.State);
            writer.Each(answer.Failures, writer.Text);
            writer.Each(answer.Measurements, writer.Row);
            writer.Each(answer.Montage, writer.Picture);
        }
        return file.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> gave.</summary>
    /// <exception cref="SaliencyException">SAL2706: it was written by another version.</exception>
    public static BatchAnswer Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length == 0 || file.Span[0] != Format) throw Errors.AnswerFormat();
        using var compressed = new BrotliStream(new MemoryStream(file[1..].ToArray()), CompressionMode.Decompress);
        using var reader = new AnswerReader(compressed);
        return new()
        {
            Maps = reader.Long(),
            Points = reader.Long(),
            ForwardPoints = reader.Long(),
            State = reader.Text(),
            Failures = reader.Each(() => reader.Text()!),
            Measurements = reader.Each(reader.Row),
            Montage = reader.Each(reader.Picture),
        };
    }
}
