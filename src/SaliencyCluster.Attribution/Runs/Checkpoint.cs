using System.Security.Cryptography;
using System.Text.Json;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>
/// A run's state as bytes: magic and version, fingerprint of request and image, probe, rounds and points done, what the method
/// keeps of them, nodes of the current one, SHA-256. Rounds themselves are not stored: they follow from what is kept.
/// </summary>
internal static class Checkpoint
{
    private const uint Magic = 0x324B4353; // "SCK2": the last byte is the version
    private const int HashBytes = 32;

    public sealed record Content(ProbeResult? Probe, int Rounds, int Points, IReadOnlyList<RoundResult> Done, IReadOnlyList<Partial> Nodes);

    /// <summary>What a checkpoint belongs to.</summary>
    public sealed record Owner(ResolvedRequest Request, uint ImageIndex, Tensor Image)
    {
        public byte[] Fingerprint()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(Request));
            hash.AppendData(BitConverter.GetBytes(ImageIndex));
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Image.Data));
            return hash.GetHashAndReset();
        }
    }

    public static byte[] Write(Owner owner, ProbeResult? probe, int rounds, int points, IReadOnlyList<RoundResult> done, IReadOnlyCollection<Partial> nodes)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(owner.Fingerprint());
        writer.Write(JsonSerializer.Serialize(probe));
        writer.Write(rounds);
        writer.Write(points);
        writer.Write(done.Count);
        foreach (var round in done) TensorBytes.Write(writer, round.Sum, round.SquaredSum, round.Scores, round.Outputs);
        writer.Write(nodes.Count);
        foreach (var node in nodes)
        {
            writer.Write(node.Round);
            writer.Write(node.Level);
            writer.Write(node.Index);
            TensorBytes.Write(writer, node.Sum, node.SquaredSum, node.Scores, node.Outputs);
        }
        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    public static Content Read(ReadOnlyMemory<byte> bytes, Owner owner)
    {
        if (bytes.Length < HashBytes + 4 || !SHA256.HashData(bytes.Span[..^HashBytes]).AsSpan().SequenceEqual(bytes.Span[^HashBytes..]))
            throw Unfit("is damaged");
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()));
        if (reader.ReadUInt32() != Magic) throw Unfit("was written by another version");
        if (!reader.ReadBytes(HashBytes).AsSpan().SequenceEqual(owner.Fingerprint())) throw Unfit("belongs to another request or image");
        var probe = JsonSerializer.Deserialize<ProbeResult?>(reader.ReadString());
        var (rounds, points) = (reader.ReadInt32(), reader.ReadInt32());
        var done = new RoundResult[reader.ReadInt32()];
        for (var i = 0; i < done.Length; i++)
        {
            var (sum, squares, scores, outputs) = TensorBytes.Read(reader);
            done[i] = new(sum, squares, scores, outputs);
        }
        var nodes = new Partial[reader.ReadInt32()];
        for (var i = 0; i < nodes.Length; i++)
        {
            var (round, level, index) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            var (sum, squares, scores, outputs) = TensorBytes.Read(reader);
            nodes[i] = new(round, level, index, sum, squares, scores, outputs);
        }
        return new(probe, rounds, points, done, nodes);
    }

    internal static SaliencyException Unfit(string why) => new(
        "SAL2301", $"The checkpoint {why}.", "Start the image again; nothing but the time since its start is lost.");
}
