namespace SaliencyCluster.TestKit.Fuzzing;

/// <summary>Changes a file without knowing what it is.</summary>
public static class ByteMutation
{
    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFF, 0x0A, 0x12];

    /// <summary>Changes some bytes.</summary>
    public static byte[] Apply(byte[] file, Random random)
    {
        var bytes = file.ToList();
        for (var n = 1 + random.Next(5); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = Interesting[random.Next(Interesting.Length)]; break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.RemoveRange(at, Math.Min(1 + random.Next(8), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + random.Next(32), bytes.Count - at))); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }
}
