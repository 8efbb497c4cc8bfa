using System.Security.Cryptography;
using System.Text.Json;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>
/// A file of records, one JSON object a line. Each line holds its number and the SHA-256 of the line before, so that no line can be
/// changed,
/// taken out or put in without changing all that follow. What was cut off at the end cannot be told from the file alone.
/// </summary>
public static class AuditFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>The hash that the first line has instead of that of a line before.</summary>
    public static string Beginning { get; } = Hash([]);

    /// <summary>Reads all records, and the first line that does not follow from the one before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="take">Gets each record whose line follows.</param>
    /// <returns>What is wrong with the first line that does not follow; null where all do.</returns>
    /// <exception cref="SaliencyException">SAL2510: there is no such file. SAL2519: it cannot be read.</exception>
    public static string? Read(string path, Action<AuditRecord> take)
    {
        if (!File.Exists(path)) throw new SaliencyException("SAL2510", $"There is no file '{path}'.",
            "Give a file that Saliency:Gateway:Audit:File names.");
        try
        {
            var (number, previous) = (0L, Beginning);
            foreach (var line in Lines(path))
            {
                number++;
                if (Parse(line) is not { } record) return $"Line {number} is no record.";
                if (record.Number != number) return $"Line {number} has the number {record.Number}.";
                if (record.Previous != previous) return $"Line {number} does not follow from the one before: one of the two was changed.";
                take(record);
                previous = Hash(line);
            }
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SaliencyException("SAL2519", $"The file '{path}' cannot be read: {error.Message}", "Check its permissions.", error);
        }
    }

    /// <summary>Gets the line of a record, without its end.</summary>
    internal static byte[] Line(AuditRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Format);

    internal static string Hash(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    internal static AuditRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditRecord>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Gets the lines of a file as the bytes they are, the last one also where it has no end.</summary>
    internal static IEnumerable<byte[]> Lines(string path)
    {
        using var stream = new BufferedStream(File.OpenRead(path), 1 << 16);
        using var line = new MemoryStream();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next != '\n')
            {
                line.WriteByte((byte)next);
                continue;
            }
            yield return line.ToArray();
            line.SetLength(0);
        }
        if (line.Length > 0) yield return line.ToArray();
    }
}
