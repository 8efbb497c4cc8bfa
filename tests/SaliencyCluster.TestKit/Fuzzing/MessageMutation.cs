using System.Buffers.Binary;
using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SaliencyCluster.TestKit.Fuzzing;

/// <summary>Changes one field somewhere in a message, with values that other fields of the same kind have.</summary>
public static class MessageMutation
{
    private static readonly long[] Numbers =
        [0, 1, -1, 2, 3, 4, 7, 13, 64, 255, 65536, int.MaxValue, int.MinValue, 1L << 33, long.MaxValue, long.MinValue];
    private static readonly double[] Reals = [0, 1, -1, 0.5, 1e30, -1e30, double.NaN, double.PositiveInfinity, 1e-30];

    /// <summary>Changes one field, of the message or of one within it.</summary>
    public static void Apply(IMessage root, Random random)
    {
        var messages = new List<IMessage>();
        Collect(root, messages);
        var message = messages[random.Next(messages.Count)];
        var fields = message.Descriptor.Fields.InFieldNumberOrder();
        var field = fields[random.Next(fields.Count)];
        if (field.IsRepeated) Change((IList)field.Accessor.GetValue(message), field, messages, random);
        else if (random.Next(8) == 0) field.Accessor.Clear(message);
        else if (field.FieldType == FieldType.Bytes) field.Accessor.SetValue(message, Bytes((ByteString)field.Accessor.GetValue(message), random));
        else if (Value(field, messages, random) is { } value) field.Accessor.SetValue(message, value);
    }

    private static void Change(IList list, FieldDescriptor field, List<IMessage> messages, Random random)
    {
        var at = list.Count > 0 ? random.Next(list.Count) : 0;
        switch (random.Next(5))
        {
            case 0 when list.Count > 0: list.RemoveAt(at); break;
            case 1 when list.Count > 1:
                var other = random.Next(list.Count);
                (list[at], list[other]) = (list[other], list[at]);
                break;
            case 2 when list.Count > 0: list.Insert(at, list[at] is IMessage m ? Copy(m) : list[at]!); break;
            case 3 when list.Count > 0 && Value(field, messages, random) is { } value: list[at] = value; break;
            default:
                if (Value(field, messages, random) is { } added) list.Insert(at, added);
                break;
        }
    }

    private static object? Value(FieldDescriptor field, List<IMessage> messages, Random random) => field.FieldType switch
    {
        FieldType.String => Names(messages, random),
        FieldType.Bytes => Bytes(ByteString.Empty, random),
        FieldType.Float => (float)Reals[random.Next(Reals.Length)],
        FieldType.Double => Reals[random.Next(Reals.Length)],
        FieldType.Int32 => (int)Numbers[random.Next(Numbers.Length)],
        FieldType.Int64 => Numbers[random.Next(Numbers.Length)],
        FieldType.UInt32 => (uint)Numbers[random.Next(Numbers.Length)],
        FieldType.Bool => random.Next(2) == 1,
        FieldType.UInt64 => (ulong)Numbers[random.Next(Numbers.Length)],
        FieldType.Enum => random.Next(20),
        FieldType.Message => Copy(messages.Where(m => m.Descriptor == field.MessageType).ElementAtOrDefault(random.Next(16))
            ?? field.MessageType.Parser.ParseFrom(ByteString.Empty)),
        _ => null,
    };

    // Keeping the length lets a wrong number get past the check of sizes, into shape arithmetic.
    private static ByteString Bytes(ByteString now, Random random)
    {
        if (now.Length < 8 || random.Next(4) == 0) return ByteString.CopyFrom(new byte[random.Next(64)]);
        var bytes = now.ToByteArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(random.Next(bytes.Length / 8) * 8), Numbers[random.Next(Numbers.Length)]);
        return ByteString.CopyFrom(bytes);
    }

    // Any text that the model has: tensor names, operators, domains, attribute names.
    private static string Names(List<IMessage> messages, Random random)
    {
        var message = messages[random.Next(messages.Count)];
        var texts = message.Descriptor.Fields.InFieldNumberOrder().Where(f => f.FieldType == FieldType.String)
            .SelectMany(f => f.IsRepeated
                ? ((IList)f.Accessor.GetValue(message)).Cast<string>() : [(string)f.Accessor.GetValue(message)]).ToList();
        return texts.Count > 0 ? texts[random.Next(texts.Count)] : "";
    }

    private static IMessage Copy(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteString());

    private static void Collect(IMessage message, List<IMessage> into)
    {
        into.Add(message);
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(f => f.FieldType == FieldType.Message))
        {
            if (field.Accessor.GetValue(message) is IList list)
                foreach (IMessage item in list) Collect(item, into);
            else if (field.Accessor.GetValue(message) is IMessage inner) Collect(inner, into);
        }
    }
}
